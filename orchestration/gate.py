"""What the night's own event log says: which checks failed, which assets were made."""

from __future__ import annotations

import dagster as dg


def failed_checks(instance: dg.DagsterInstance, run_id: str) -> tuple[int, list[str]]:
    """Checks of this run: how many passed, and the names of those that failed as errors."""
    passed, failed = 0, []
    for record in instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records:
        event = record.event_log_entry.dagster_event
        if event is None:
            continue
        check = event.asset_check_evaluation_data
        if check.passed:
            passed += 1
        elif check.severity == dg.AssetCheckSeverity.ERROR:
            failed.append(f"{check.asset_key.to_user_string()}:{check.check_name}")
    return passed, sorted(failed)


def materialised(instance: dg.DagsterInstance, run_id: str) -> set[dg.AssetKey]:
    """Every asset that this run materialised."""
    events = (
        record.event_log_entry.dagster_event
        for record in instance.get_records_for_run(
            run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
        ).records
    )
    return {event.asset_key for event in events if event and event.asset_key}
