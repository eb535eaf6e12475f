"""Pairs of people who look alike, by siyu.identity: scored tonight, or decided on before.

Grain: one row per suggestion. The likeness model is trained weekly; a night that finds none trains it.
"""


def model(dbt, session):
    from siyu.identity.likeness.suggest import suggest_night
    from siyu.settings import load_settings

    dbt.config(materialized="table")
    # What is read lies behind these; named here so that the graph knows it.
    dbt.ref("bridge_identity")
    dbt.source("raw", "identifier_observation")
    dbt.source("raw", "identifier_type")
    dbt.source("raw", "identity_trait")
    dbt.source("raw", "as_of")
    return suggest_night(session, load_settings())
