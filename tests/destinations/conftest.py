"""An empty brand for one test: its warehouse in memory, its folders in the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from siyu.settings import Settings
from tests.segments.small_brand import memory, settings_in


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with memory() as opened:
        yield opened


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)
