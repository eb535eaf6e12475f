"""What each channel's removal costs, by the month of the order, from the three closed months before.

Grain: one row per month and channel. Effects are whole thousandths, so that a few late touches do
not restate a month of credit; a month without an earlier closed month has no rows.
"""

MONTHS_BACK = 3


def model(dbt, session):
    from siyu.metrics.effects import effects_by_month

    dbt.config(materialized="table")
    steps = dbt.ref("int_attribution__step").filter("step_count > 0").df()
    channels = dbt.ref("dim_channel").df()
    rule = dbt.source("raw", "attribution_rule").df()
    return effects_by_month(
        steps, channels["channel_id"], int(rule["markov_order"].iloc[0]), MONTHS_BACK
    )
