"""People who live together, by siyu.identity: what they share decides, and nobody is merged by it.

Grain: one row per person in a household. Made anew each night from the bridge and the refused links.
"""


def import_library(name):
    import importlib
    import os
    import sys
    from pathlib import Path

    project = Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve()
    for root in (project.parent, project):
        if (root / "siyu" / "identity").is_dir() and str(root) not in sys.path:
            sys.path.append(str(root))  # last: an installed or given library wins
    return importlib.import_module(name)


def model(dbt, session):
    dbt.config(materialized="table")
    # What is read lies behind these; named here so that the graph knows it.
    dbt.ref("bridge_identity")
    dbt.ref("link_decision")
    dbt.ref("person_history")
    dbt.source("raw", "identifier_observation")
    dbt.source("raw", "identifier_type")
    dbt.source("raw", "identity_trait")
    return import_library("siyu.identity.household").household_night(session)
