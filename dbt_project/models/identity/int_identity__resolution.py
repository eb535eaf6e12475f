"""Who is who, by siyu.identity: plays the loads and decisions that the state has not seen.

Grain: one row per step (a load, or a batch of decisions).
"""


def model(dbt, session):
    from siyu.identity.state.nightly import resolve_night
    from siyu.settings import load_settings

    dbt.config(materialized="table")
    # What is read lies behind these; named here so that the graph knows it.
    dbt.source("raw", "identifier_observation")
    dbt.source("raw", "identifier_type")
    dbt.source("ledger", "load_ledger")
    return resolve_night(session, load_settings())
