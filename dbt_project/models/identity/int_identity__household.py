"""People who live together, by siyu.identity: what they share decides, and nobody is merged by it.

Grain: one row per person in a household. Made anew each night from the bridge and the refused links.
"""


def model(dbt, session):
    from siyu.identity.likeness.household import household_night

    dbt.config(materialized="table")
    # What is read lies behind these; named here so that the graph knows it.
    dbt.ref("bridge_identity")
    dbt.ref("link_decision")
    dbt.ref("person_history")
    dbt.source("raw", "identifier_observation")
    dbt.source("raw", "identifier_type")
    dbt.source("raw", "identity_trait")
    return household_night(session)
