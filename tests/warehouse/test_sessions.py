"""Sessions as SQL cuts them are those of a walk along each visit's events."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import duckdb

from tests.warehouse.growth import make_facts, run_dbt
from tests.warehouse.test_incremental import folder as folder  # a fixture

GAP = timedelta(minutes=30)
COLUMNS = """session_key, visit_key, visitor_key, person_id, session_on, started_at, ended_at,
    event_count, product_view_count, channel_id, landing_page, has_cart, has_purchase"""
Event = tuple[str, str | None, str, str, datetime, str, str, str | None]


def make_events(count: int) -> list[Event]:
    """Gaps of about half an hour, many of exactly that, and events of the same instant."""
    draw = random.Random(7)
    rows, at = [], datetime(2026, 5, 1)
    keys = random.Random(8).sample(range(count), count)
    steps = [timedelta(0), timedelta(microseconds=1), timedelta(minutes=7), GAP, 2 * GAP]
    steps += [GAP + timedelta(microseconds=1), GAP - timedelta(microseconds=1)]
    for key in keys:
        at += draw.choice(steps)
        visit = f"app:{draw.randrange(3)}"
        person = draw.choice((None, "p1", "p2"))
        name = draw.choice(("view_home", "view_product", "add_to_cart", "purchase"))
        rows.append((f"e{key:05}", person, f"v{draw.randrange(3)}", visit, at, name,
                     f"page{draw.randrange(9)}", draw.choice(("ad", "share"))))  # fmt: skip
    return rows


def walk(rows: list[Event]) -> list[tuple]:
    """The sessions, one event after the other."""

    def visit(row: Event) -> tuple:
        return row[3], (row[4] + timedelta(hours=8)).date()

    found = []
    for (key, day), events in groupby(sorted(rows, key=lambda r: (*visit(r), r[4], r[0])), visit):
        parts: list[list[Event]] = []
        for event in events:
            if not parts or event[4] > parts[-1][-1][4] + GAP:
                parts.append([])
            parts[-1].append(event)
        for number, part in enumerate(parts, 1):
            first, names = part[0], [event[5] for event in part]
            found.append(
                (f"{key}:{day}:{number}", key, first[2], first[1], day, first[4], part[-1][4],
                 len(part), names.count("view_product"), first[7], first[6],
                 "add_to_cart" in names, "purchase" in names)
            )  # fmt: skip
    return sorted(found)


def test_a_session_is_cut_where_a_walk_along_its_visit_finds_more_than_half_an_hour(
    folder: Path,
) -> None:
    rows = make_events(3000)
    with make_facts(folder / "warehouse.duckdb") as con:
        con.executemany(
            "insert into core.fct_event select $1, $2, $3, $4, null, $5::timestamp,"
            " cast($5::timestamp + interval 8 hour as date), $6, $7, null, $8, null, 1.0, 1, 1",
            rows,
        )
    run_dbt(folder, "run", "--select", "fct_session")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        found = con.execute(f"select {COLUMNS} from core.fct_session").fetchall()
    assert sorted(found) == walk(rows)
    assert len({row[1:3] for row in found}) > 3
    assert max(int(row[0].rpartition(":")[2]) for row in found) > 2
