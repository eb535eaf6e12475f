"""Everything Dagster knows about Siyu."""

from __future__ import annotations

import sys
from pathlib import Path

import dagster as dg

from orchestration.activate import delivery, publish_gate, segment_membership
from orchestration.identity import likeness_model
from orchestration.ingest import landing, raw_views
from orchestration.learn import models, scores
from orchestration.next_action import next_action_models, next_actions
from orchestration.one_run import one_run_at_a_time
from orchestration.progress import progress_logger
from orchestration.publish import night_complete, run_record, serving
from orchestration.quality import identity_evaluation
from orchestration.schedules import every_night, every_week, nightly, weekly_training
from orchestration.sensors import landing_folder
from orchestration.warehouse import DBT_DIR, InstalledDbt, warehouse

defs = dg.Definitions(
    assets=[
        landing,
        raw_views,
        warehouse,
        likeness_model,
        identity_evaluation,
        models,
        scores,
        next_action_models,
        next_actions,
        segment_membership,
        publish_gate,
        delivery,
        run_record,
        serving,
        night_complete,
    ],
    jobs=[nightly, weekly_training],
    schedules=[every_night, every_week],
    sensors=[landing_folder],
    loggers={"console": dg.colored_console_logger, "progress": progress_logger},
    # The dbt of this environment, whether or not the environment is on the PATH.
    resources={
        "dbt": InstalledDbt(
            project_dir=str(DBT_DIR), dbt_executable=str(Path(sys.executable).with_name("dbt"))
        )
    },
    executor=one_run_at_a_time,
)
