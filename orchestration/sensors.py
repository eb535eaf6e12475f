"""The landing folder is watched: new files start a night without waiting for 02:00."""

import dagster as dg

from orchestration.resources import settings_from_env
from orchestration.schedules import nightly
from siyu.fingerprint import landing_fingerprint


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a night when the landing folder has been quiet for one tick after a change.",
)
def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Cursor: `<fingerprint>` once it was run, `?<fingerprint>` while it waits one quiet tick."""
    found = landing_fingerprint(settings_from_env().landing_dir)
    done = context.cursor or ""
    if not found or done == found:
        return dg.SensorResult(skip_reason="nothing new in the landing folder")
    if done != f"?{found}":
        return dg.SensorResult(skip_reason="files are still arriving", cursor=f"?{found}")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=found)], cursor=found)
