"""A night that dies after its list is in place, and is never run again: the next night knows of it."""

from __future__ import annotations

import csv
import gzip
import shutil
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.destinations.definition import Destination
from siyu.destinations.outbox import publish
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, people_in, play
from tests.segments.small_brand import (
    GRANTED,
    REVOKED,
    memory,
    nights,
    segment,
    set_consent,
    settings_in,
)

BUYERS = [segment(destinations=["files"])]
ALL = [f"p{n}" for n in range(5)]
LEDGER = "select as_of_on, status from activation.delivery order by all"


def die_before_settling(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The ledger as a kill leaves it between a list's last rename and its settling."""
    con.execute(
        "update activation.delivery set status = 'intent', manifest_sha256 = '' where as_of_on = ?",
        [as_of],
    )
    con.execute("delete from activation.delivered_member where added_on = ?", [as_of])
    con.execute(
        "update activation.delivered_member set removed_on = null where removed_on = ?", [as_of]
    )


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_who_came_with_a_list_that_was_never_settled_is_removed_once_consent_is_gone(
    con: duckdb.DuckDBPyConnection, place: Settings, form: str
) -> None:
    to = {"files": Destination.model_validate({**FILES.model_dump(), "format": form})}
    people = {p: {"order_count": 1} for p in ALL}
    set_consent(con, ALL[:2])
    first, second, third = nights(3)
    play(con, place, BUYERS, first, people, to)
    set_consent(con, ["p2"])
    set_consent(con, ["p0"], REVOKED)
    play(con, place, BUYERS, second, people, to)
    die_before_settling(con, second)
    set_consent(con, ["p2"], REVOKED)
    (sent,) = play(con, place, BUYERS, third, people, to)
    at = folder(place, third)
    if form == "parquet":
        removed = set(pq.read_table(at / "remove.parquet").column("person_id").to_pylist())
    else:
        with (gzip.open if form == "csv.gz" else open)(at / f"remove.{form}", "rt") as file:
            removed = {row["person_id"] for row in csv.DictReader(file)}
    assert removed == {"p2"}
    assert (sent.add_count, sent.remove_count, sent.member_count) == (0, 1, 1)
    assert con.execute(LEDGER).fetchall() == [(n, "settled") for n in (first, second, third)]


def test_a_list_that_never_came_into_place_is_noted_as_unsent_and_its_people_are_added_again(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {"p1": {"order_count": 1}}
    set_consent(con, ["p1"])
    first, second = nights(2)
    play(con, place, BUYERS, first, people)
    die_before_settling(con, first)
    # A kill may leave the list half written beside its place.
    folder(place, first).rename(folder(place, first).with_name(f".{first}.new"))
    play(con, place, BUYERS, second, people)
    assert people_in(folder(place, second) / "add.csv") == {"p1"}
    assert con.execute(LEDGER).fetchall() == [(first, "unsent"), (second, "settled")]
    assert [path.name for path in folder(place, second).parent.iterdir()] == [str(second)]


def test_a_dry_run_counts_with_the_unsettled_list_and_settles_nothing(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {"p1": {"order_count": 1}}
    set_consent(con, ["p1"])
    first, second = nights(2)
    play(con, place, BUYERS, first, people)
    play(con, place, BUYERS, second, people)
    for night in (second, first):
        die_before_settling(con, night)
    con.execute("delete from activation.delivery where as_of_on = ?", [second])
    (planned,) = publish(con, place, BUYERS, {"files": FILES}, second, "dry", dry_run=True)
    assert (planned.add_count, planned.member_count) == (0, 1)
    assert con.execute(LEDGER).fetchall() == [(first, "intent")]


night = st.tuples(
    st.dictionaries(st.sampled_from(ALL), st.integers(0, 1)),
    st.sets(st.sampled_from(ALL)),
    st.sampled_from(["whole", "before the list", "after the list"]),
)


@settings(max_examples=15)
@given(st.lists(night, min_size=1, max_size=6))
def test_whoever_takes_in_every_list_in_place_has_the_members_of_the_newest(history: list) -> None:
    con = memory()
    with tempfile.TemporaryDirectory() as name:
        place = settings_in(Path(name))
        held: set[str] = set()
        for as_of, (orders, agreed, end) in zip(nights(len(history)), history, strict=True):
            set_consent(con, agreed, GRANTED)
            set_consent(con, set(ALL) - agreed, REVOKED)
            play(con, place, BUYERS, as_of, {p: {"order_count": n} for p, n in orders.items()})
            at = folder(place, as_of)
            if end != "whole":
                die_before_settling(con, as_of)
            if end == "before the list":
                shutil.rmtree(at)
                continue
            held = (held | people_in(at / "add.csv")) - people_in(at / "remove.csv")
            assert held == people_in(at / "members.csv")
