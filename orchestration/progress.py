"""A Dagster logger that tells a person at a terminal which step runs and how long it took."""

from __future__ import annotations

import logging
import sys
import time

import dagster as dg

TITLES = {
    "landing": "ingest: landing to raw",
    "raw_views": "ingest: ledger and raw views",
    "warehouse": "build: dbt models and tests",
    "scores": "learn: churn and LTV scores",
    "next_actions": "learn: next actions",
    "activation__segment_membership": "activate: segment membership",
    "activation__publish_gate": "activate: gate",
    "delivery": "activate: lists",
    "ops__identity_evaluation": "people: id churn and quality",
    "ops__run": "record of the night",
    "serving__siyu": "serving file",
    "ops__night_complete": "sentinel",
}


class ProgressHandler(logging.Handler):
    """One line when a step starts, one when it ends; warnings and failures as they come."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._started = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if event is None:
            text = meta.get("orig_message") or record.getMessage()
            # What a failed step keeps from running is clear from the failure itself.
            if record.levelno >= logging.WARNING and not text.startswith("Dependencies for step"):
                self._say(text)
            return
        title = TITLES.get(event.step_key or "", event.step_key)
        if event.event_type == dg.DagsterEventType.STEP_START:
            self._say(f"{title} …")
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
            self._say(f"{title}: done")
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            self._say(f"{title}: FAILED")

    def _say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._started:6.1f} s] {text}", file=sys.stderr, flush=True)


@dg.logger(config_schema={}, description="Progress lines on stderr.")
def progress_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("siyu.progress", logging.DEBUG)
    logger.addHandler(ProgressHandler())
    return logger
