"""One dbt process for every warehouse test: only the first build pays for the imports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw.views import prepare_raw
from tests.sources.exports import Shop
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
    connection to the result. With `unit_tests` every rule is tried on its own rows too.
    """

    def run(
        as_of_on: date, rows: Rows, *select: str, unit_tests: bool = False
    ) -> duckdb.DuckDBPyConnection:
        monkeypatch.setenv("SIYU_DATA", str(tmp_path))
        monkeypatch.syspath_prepend(str(PROJECT_DIR))
        warehouse = tmp_path / "warehouse.duckdb"
        write_raw(warehouse, as_of_on, rows)
        _dbt_build(tmp_path, select, unit_tests)
        return duckdb.connect(str(warehouse))

    return run


@pytest.fixture
def build_landed(monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds what `select` names from the files that a shop has landed by `as_of`: the whole path."""

    def run(shop: Shop, *select: str, as_of: date | None = None) -> duckdb.DuckDBPyConnection:
        monkeypatch.setenv("SIYU_DATA", str(shop.settings.data_dir))
        monkeypatch.setenv("SIYU_CONFIG", str(shop.settings.config_dir))
        monkeypatch.syspath_prepend(str(PROJECT_DIR))
        with duckdb.connect(str(shop.settings.warehouse_path)) as con:
            prepare_raw(con, shop.settings, load_contracts(shop.settings.config_dir), as_of)
        _dbt_build(shop.settings.data_dir, select)
        return duckdb.connect(str(shop.settings.warehouse_path))

    return run


def _dbt_build(folder: Path, select: tuple[str, ...], unit_tests: bool = False) -> None:
    places = {"--project-dir": DBT_DIR, "--profiles-dir": DBT_DIR}
    places |= {"--target-path": folder / "target", "--log-path": folder / "logs"}
    words = [str(word) for pair in places.items() for word in pair]
    chosen = ["--indirect-selection", "cautious", "--select", *select] if select else []
    # The unit tests hold rules on rows of their own: once for all builds is enough.
    left = [] if unit_tests else ["--exclude-resource-type", "unit_test"]
    answer = dbtRunner().invoke(["--quiet", "build", *words, *chosen, *left])
    failed = [r.node.name for r in answer.result or [] if r.status in ("error", "fail")]
    assert answer.success, failed or answer.exception
