"""One dbt process for every warehouse test: only the first build pays for the imports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from siyu.settings import PROJECT_DIR
from tests.warehouse.raw_rows import Rows, write_raw

DBT_DIR = PROJECT_DIR / "dbt_project"
Build = Callable[[date, Rows], duckdb.DuckDBPyConnection]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds and tests every model on rows of the test; gives a connection to the result."""

    def run(as_of_on: date, rows: Rows) -> duckdb.DuckDBPyConnection:
        monkeypatch.setenv("SIYU_DATA", str(tmp_path))
        monkeypatch.syspath_prepend(str(PROJECT_DIR))
        write_raw(tmp_path / "warehouse.duckdb", as_of_on, rows)
        places = {"--project-dir": DBT_DIR, "--profiles-dir": DBT_DIR}
        places |= {"--target-path": tmp_path / "target", "--log-path": tmp_path / "logs"}
        words = [str(word) for pair in places.items() for word in pair]
        answer = dbtRunner().invoke(["--quiet", "build", *words])
        failed = [r.node.name for r in answer.result or [] if r.status in ("error", "fail")]
        assert answer.success, failed or answer.exception
        return duckdb.connect(str(tmp_path / "warehouse.duckdb"))

    return run
