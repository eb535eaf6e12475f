"""Pairs of people who look alike, by siyu.identity: scored tonight, or decided on before.

Grain: one row per suggestion. The likeness model is trained weekly; a night that finds none trains it.
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
    dbt.source("raw", "identifier_observation")
    dbt.source("raw", "identifier_type")
    dbt.source("raw", "identity_trait")
    dbt.source("raw", "as_of")
    settings = import_library("siyu.settings").load_settings()
    return import_library("siyu.identity.suggest").suggest_night(session, settings)
