"""An event that a later export tells otherwise leaves nothing where it stood before."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from siyu.moved_events import events_moved
from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")


def tell_otherwise(landing: Path) -> None:
    """A later export in which the first event of one visit came ten days earlier, in another visit."""
    newest = max(landing.rglob("mp_events_*.csv"), key=lambda path: path.name)
    with newest.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    at = datetime.fromisoformat(row["event_time"])
    row["event_time"] = str(at - timedelta(days=10))
    row["session_id"] = "told-otherwise"
    with (newest.parent / "mp_events_20991231235959.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)


def test_an_event_that_moved_to_another_day_makes_the_night_build_anew(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    tell_otherwise(brand.data / "landing")
    answer = brand.siyu("run")
    assert answer.code == 0, answer.err[-2000:]
    night = brand.tables()
    assert night != small_night.tables()
    (brand.data / "warehouse.duckdb").unlink()
    (brand.data / ".last_night.json").unlink()
    answer = brand.siyu("run")
    assert answer.code == 0, answer.err[-2000:]
    again = brand.tables()
    # The log of runs has one run more.
    assert {name for name in again if again[name] != night[name]} <= {"ops.run"}


def test_events_that_come_again_as_they_were_have_not_moved(
    small_night: Brand, tmp_path: Path
) -> None:
    """Every event is looked at: day and visit are told here as core.fct_event tells them."""
    brand = small_night.copy_to(tmp_path)
    with duckdb.connect(str(brand.data / "warehouse.duckdb")) as con:
        con.execute("update core.fct_event set load_seq = 0")
        assert not events_moved(con)
        con.execute(
            "update core.fct_event set session_key = session_key || '?'"
            " where event_key = (select min(event_key) from core.fct_event)"
        )
        assert events_moved(con)
