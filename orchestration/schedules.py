"""When things run: every night at 02:00 and every Monday at 04:00, Shanghai time."""

from datetime import timedelta

import dagster as dg

from orchestration.identity import LIKENESS_MODEL
from orchestration.next_action import MODEL_KEYS, TABLE_KEYS
from siyu.clock import BUSINESS_TIMEZONE

_TRAINING = dg.AssetSelection.assets(
    dg.AssetKey(["ml", "churn_model"]),
    dg.AssetKey(["ml", "ltv_model"]),
    LIKENESS_MODEL,
    *MODEL_KEYS,
)

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all() - _TRAINING,
    description="Ingest, build, score, segments, gate, publish, serving.",
)
weekly_training = dg.define_asset_job(
    "weekly_training",
    selection=_TRAINING | dg.AssetSelection.assets(*TABLE_KEYS),
    description="Train challengers and keep whichever the gate prefers; fill the next-action tables.",
)


def night_config(
    as_of: str, databases: dict[str, str] | None = None
) -> dict[str, dict[str, object]]:
    """Run config of one night: both steps that need the business day are told the same one.

    `databases` tells what was said when those of contracts were read just before.
    """
    return {
        "ops": {
            "landing": {"config": {"as_of": as_of, "databases": databases}},
            "raw_views": {"config": {"as_of": as_of}},
        }
    }


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone=BUSINESS_TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At 02:00 the business day that has just ended."""
    day = (context.scheduled_execution_time.date() - timedelta(days=1)).isoformat()
    return dg.RunRequest(run_key=day, run_config=night_config(day), tags={"siyu/as_of": day})


every_week = dg.ScheduleDefinition(
    job=weekly_training,
    cron_schedule="0 4 * * 1",
    execution_timezone=BUSINESS_TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
