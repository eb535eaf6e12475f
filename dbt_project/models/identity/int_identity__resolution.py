"""Who is who, by siyu.identity: members, refused links and history in one long table.

Grain: one row per identifier that names a person (row_kind member), refused link (refused) or
change of a person (history). dbt runs a compiled copy of this file, so the library is found by
PYTHONPATH; without it, beside the dbt project (DBT_PROJECT_DIR, else the working directory).
"""


def import_library():
    import importlib
    import os
    import sys
    from pathlib import Path

    project = Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve()
    for root in (project.parent, project):
        if (root / "siyu" / "identity").is_dir() and str(root) not in sys.path:
            sys.path.append(str(root))  # last: an installed or given library wins
    return importlib.import_module("siyu.identity.table")


def model(dbt, session):
    dbt.config(materialized="table")
    nodes = dbt.ref("int_identity__node").df()
    links = dbt.ref("int_identity__link_number").df()
    rules = dbt.source("raw", "identifier_type").df()
    return import_library().resolution_table(nodes, links, rules)
