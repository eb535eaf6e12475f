"""A night leaves alone what its day does not reach: marks set by hand in old rows outlive it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.growth import build_marts, make_facts, set_day
from tests.warehouse.test_incremental import FIRST, add_events, add_orders
from tests.warehouse.test_incremental import folder as folder  # a fixture

MARKS = {
    "core.fct_session": "landing_page = 'mark' where session_on = '2026-05-10'",
    "core.fct_touch": "campaign = 'mark' where touched_on = '2026-05-10'",
    "marts.int_attribution__step": "step_count = 999 where month_on = '2026-06-01'",
    "marts.attribution_credit": "channel_id = 'mark' where ordered_on = '2026-05-10'",
}


def marked(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {
        table: con.execute(
            f"select count(*) from {table} where {mark.partition(' where ')[0]}"
        ).fetchone()[0]
        for table, mark in MARKS.items()
    }


@pytest.mark.parametrize("day", [62, 89])
def test_a_night_inside_an_open_month_writes_neither_old_days_nor_closed_months_again(
    folder: Path, day: int
) -> None:
    warehouse = folder / "warehouse.duckdb"
    with make_facts(warehouse) as con:
        for number in range(day):
            # One load a day, so that the last days of a closed month are newer than its own mark.
            add_events(con, number + 1, [number], seed=number)
            add_orders(con, number + 1, [number], seed=1000 + number)
        set_day(con, FIRST + timedelta(days=day - 1))
    build_marts(folder)
    with duckdb.connect(str(warehouse)) as con:
        for table, mark in MARKS.items():
            con.execute(f"update {table} set {mark}")
        before = marked(con)
        add_events(con, day + 1, [day], seed=day)
        add_orders(con, day + 1, [day], seed=1000 + day)
        set_day(con, FIRST + timedelta(days=day))
    # Effects would follow the mark in the counts and restate credit, so they stay as they are.
    build_marts(folder, "--exclude", "int_attribution__effect")
    with duckdb.connect(str(warehouse)) as con:
        assert marked(con) == before
        newest = con.execute("select max(session_on) from core.fct_session").fetchone()[0]
    assert all(before.values())
    assert newest >= FIRST + timedelta(days=day)
