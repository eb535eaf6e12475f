"""A night adds to the events what came or changed; the rows are those of a build from nothing."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.growth import run_dbt, set_day

FIRST = date(2026, 5, 1)
PEOPLE = ("p1", "p2", "p3")
VISITORS = tuple(f"o{number}" for number in range(8))
TABLES = """
create schema raw; create schema core; create schema identity;
create table raw.as_of (as_of_on date);
create table raw.mini_program_event (event_id varchar, event_at varchar, appid varchar,
    openid varchar, unionid varchar, device_id varchar, session_id varchar, event_name varchar,
    page varchar, product_id varchar, scene varchar, campaign varchar, duration_seconds varchar,
    _key varchar, _status_rank integer, _exported_at varchar, _row bigint, _load_seq integer,
    _file_sha256 varchar);
create table identity.bridge_identity (id_type varchar, scope varchar, value_key varchar,
    person_id varchar, shared_load_seq integer);
create table identity.person_history (person_id varchar, change varchar, load_seq integer);
"""


def start(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(TABLES)
        con.executemany(
            "insert into identity.bridge_identity values ('openid', 'wx', ?, ?, null)",
            [(one, PEOPLE[n % len(PEOPLE)]) for n, one in enumerate(VISITORS[:-1])],
        )
    return path


def play(path: Path, load: int, draw: random.Random) -> None:
    """What one load brings: new events, other states of old ones, some of days to come, and people
    who merge, split or lose an identifier that turned out to be shared.
    """
    with duckdb.connect(str(path)) as con:
        today = FIRST + timedelta(days=load)
        set_day(con, today)
        known = con.execute("select distinct event_id from raw.mini_program_event").fetchall()
        names = [f"e{load}-{number}" for number in range(12)]
        names += [row[0] for row in draw.sample(sorted(known), min(6, len(known)))]
        for number, name in enumerate(names):
            at = datetime.combine(today, datetime.min.time()) + timedelta(
                days=draw.choice((-2, -1, 0, 0, 0, 1)), minutes=draw.randrange(1440)
            )
            exported = datetime(2026, 5, 1) + timedelta(days=load, hours=draw.randrange(-60, 2))
            con.execute(
                "insert into raw.mini_program_event values (?, ?, 'wx', ?, null, null, 's1',"
                " 'view_home', ?, null, '1001', null, '1.5', ?, 0, ?, ?, ?, ?)",
                [name, str(at), draw.choice(VISITORS), f"page{number}", name, str(exported), number,
                 load, f"f{load}"],
            )  # fmt: skip
        if load > 1:
            moved, person = draw.choice(VISITORS[:-1]), draw.choice(PEOPLE)
            con.execute(
                "update identity.bridge_identity set person_id = ? where value_key = ?",
                [person, moved],
            )
            change = draw.choice(("merge", "split"))
            con.execute(
                "insert into identity.person_history values (?, ?, ?)", [person, change, load]
            )
        if load == 3:
            con.execute(
                "update identity.bridge_identity set person_id = null, shared_load_seq = 3"
                " where value_key = ?",
                [draw.choice(VISITORS[:-1])],
            )


def events(path: Path, *words: str) -> list[tuple]:
    run_dbt(path.parent, "run", "--select", "stg_mini_program__event", "fct_event", *words)
    with duckdb.connect(str(path)) as con:
        return con.execute("from core.fct_event order by event_key").fetchall()


@pytest.mark.parametrize("seed", [1, 2])
def test_night_by_night_the_events_are_those_of_a_build_from_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly, whole = start(tmp_path / "nightly"), start(tmp_path / "whole")
    draws = random.Random(seed), random.Random(seed)
    for load in range(1, 6):
        found = []
        for path, draw, words in ((nightly, draws[0], ()), (whole, draws[1], ("--full-refresh",))):
            monkeypatch.setenv("SIYU_DATA", str(path.parent))
            play(path, load, draw)
            found.append(events(path, *words))
        assert found[0] == found[1] and len(found[0]) > 5 * load


def test_a_day_that_was_not_yet_to_be_seen_is_seen_when_it_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = start(tmp_path / "late")
    monkeypatch.setenv("SIYU_DATA", str(path.parent))
    play(path, 1, random.Random(3))
    before = events(path)
    with duckdb.connect(str(path)) as con:
        set_day(con, FIRST + timedelta(days=9))
    after = events(path)
    assert len(after) > len(before)
    assert after == events(path, "--full-refresh")
