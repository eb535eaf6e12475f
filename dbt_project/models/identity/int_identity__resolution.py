"""Who is who, by siyu.identity: plays the loads and decisions that the state has not seen.

Grain: one row per step (a load, or a batch of decisions). dbt runs a compiled copy of this file, so
the library is found by PYTHONPATH; without it, beside the dbt project (DBT_PROJECT_DIR, else the
working directory).
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
    dbt.source("raw", "identifier_observation")
    dbt.source("raw", "identifier_type")
    dbt.source("ledger", "load_ledger")
    settings = import_library("siyu.settings").load_settings()
    return import_library("siyu.identity.nightly").resolve_night(session, settings)
