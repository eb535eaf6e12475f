"""What Dagster's pages know of the nights that `siyu run` played.

Dagster's storage takes some milliseconds an event, and a night has a thousand of them, so a night notes
them in one file and the pages read it when they are opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
from dagster_shared.serdes.errors import DeserializationError

from siyu.settings import Settings

# What Dagster calls the run of an event that belongs to no stored one.
_NO_RUN = ""
_SHOWN = (dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.ASSET_CHECK_EVALUATION)


def note_for_pages(settings: Settings, entries: Iterable[dg.EventLogEntry]) -> None:
    """Note the newest materialisation of each asset and the newest outcome of each check."""
    path = _note(settings)
    newest = {about: one for one in (*_noted(path), *entries) if (about := _about(one))}
    aside = path.with_suffix(".new")
    aside.write_text(dg.serialize_value(list(newest.values())), encoding="utf-8")
    os.replace(aside, path)


def tell_pages(settings: Settings) -> None:
    """Store what was noted, each with its own time; a note that was told is gone.

    The storage is that of DAGSTER_HOME.
    """
    note = _note(settings)
    # Taken first: a night that ends meanwhile writes a note of its own.
    taken = note.with_suffix(".taken")
    while taken.exists() or note.exists():
        if not taken.exists():
            os.replace(note, taken)
        with dg.DagsterInstance.get() as instance:
            for one in _noted(taken):
                event = one.get_dagster_event()
                instance.report_dagster_event(event, _NO_RUN, timestamp=one.timestamp)
        taken.unlink()


def _about(entry: dg.EventLogEntry) -> str | None:
    event = entry.dagster_event
    if event is None or event.event_type not in _SHOWN:
        return None
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        check = event.asset_check_evaluation_data
        return f"{check.asset_key.to_user_string()} {check.check_name}"
    return event.step_materialization_data.materialization.asset_key.to_user_string()


def _noted(path: Path) -> list[dg.EventLogEntry]:
    if not path.exists():
        return []
    try:
        return list(dg.deserialize_value(path.read_text(encoding="utf-8"), list))
    except DeserializationError:
        # Noted by a Dagster that this one does not understand: the next night notes everything again.
        return []


def _note(settings: Settings) -> Path:
    return settings.data_dir / "logs" / "pages.json"
