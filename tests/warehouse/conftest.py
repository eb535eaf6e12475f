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
Build = Callable[..., duckdb.DuckDBPyConnection]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker plays all of these, so that dbt is imported once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("dbt"))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds and tests every model, or those that `select` names, on rows of the test; gives a
    connection to the result.
    """

    def run(as_of_on: date, rows: Rows, *select: str) -> duckdb.DuckDBPyConnection:
        monkeypatch.setenv("SIYU_DATA", str(tmp_path))
        monkeypatch.syspath_prepend(str(PROJECT_DIR))
        warehouse = tmp_path / "warehouse.duckdb"
        write_raw(warehouse, as_of_on, rows)
        places = {"--project-dir": DBT_DIR, "--profiles-dir": DBT_DIR}
        places |= {"--target-path": tmp_path / "target", "--log-path": tmp_path / "logs"}
        words = [str(word) for pair in places.items() for word in pair]
        chosen = ["--indirect-selection", "cautious", "--select", *select] if select else []
        answer = dbtRunner().invoke(["--quiet", "build", *words, *chosen])
        failed = [r.node.name for r in answer.result or [] if r.status in ("error", "fail")]
        assert answer.success, failed or answer.exception
        return duckdb.connect(str(warehouse))

    return run
