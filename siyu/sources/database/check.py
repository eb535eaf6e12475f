"""How a database would be read, without touching the data folder."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from siyu.settings import Settings
from siyu.sources.contracts.contract import Contract
from siyu.sources.database.pull import left_out, write_rows
from siyu.sources.database.snapshot import database_of, snapshot, what_of
from siyu.sources.recognise.stage import stage_pulled
from siyu.sources.trial.check_file import read_trial
from siyu.sources.trial.file_report import FileReport

TRIAL_ROWS = 1_000


def check_database(
    settings: Settings, contract: Contract, env: Mapping[str, str] | None = None
) -> FileReport:
    """Read the first rows of a database the way a night would. Raises as `snapshot` does."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "rows.csv"
        with snapshot(settings, contract, env) as open_snapshot:
            reading = open_snapshot.read(None, TRIAL_ROWS)
            write_rows(path, reading, database_of(contract))
        report = read_trial(path, path.name, settings, {}, lambda: stage_pulled(path, contract))
        message = left_out(contract, reading) or report.message
        return replace(report, file=what_of(contract), file_format="database", message=message)
