"""Commands called too early, or for a day that is not there, say so in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.brand import Brand


@pytest.fixture
def unbuilt(tmp_path: Path) -> Brand:
    """A brand whose warehouse file is there but was never built."""
    import duckdb

    (tmp_path / "data").mkdir()
    duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb")).close()
    return Brand(tmp_path / "data")


@pytest.mark.parametrize(
    "words",
    ["segment diff win_back_90d", "segment show win_back_90d", "why p1 win_back_90d", "publish"],
)
def test_before_the_first_night_a_command_says_what_to_run(unbuilt: Brand, words: str) -> None:
    answer = unbuilt.siyu(*words.split())
    assert answer.code == 1
    assert answer.err.strip().splitlines() == [
        "error: no night has been built yet: run `siyu run` first"
    ]


@pytest.mark.parametrize("option", ["--day", "--through"])
def test_a_demo_day_outside_the_real_orders_is_refused_with_the_days_there_are(
    unbuilt: Brand, option: str
) -> None:
    answer = unbuilt.siyu("demo", "build", option, "2020-01-01")
    assert answer.code == 2
    (line,) = answer.err.strip().splitlines()
    assert "2020-01-01" in line and "2026-08-21" in line
    assert not (unbuilt.data / "landing").exists()
