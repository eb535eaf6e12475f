"""What each channel's removal costs, by the month of the order, from the three closed months before.

Grain: one row per month and channel. Effects are whole thousandths, so that a few late touches do
not restate a month of credit; a month without an earlier closed month has no rows.
"""

MONTHS_BACK = 3


def import_library():
    import importlib
    import os
    import sys
    from pathlib import Path

    project = Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve()
    for root in (project.parent, project):
        if (root / "siyu" / "metrics").is_dir() and str(root) not in sys.path:
            sys.path.append(str(root))  # last: an installed or given library wins
    return importlib.import_module("siyu.metrics.effects")


def model(dbt, session):
    dbt.config(materialized="table")
    steps = dbt.ref("int_attribution__step").df()
    channels = dbt.ref("dim_channel").df()
    rule = dbt.source("raw", "attribution_rule").df()
    return import_library().effects_by_month(
        steps, channels["channel_id"], int(rule["markov_order"].iloc[0]), MONTHS_BACK
    )
