"""The warehouse may be made anew: what was sent is read from the lists that are in place."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from siyu.destinations.definition import Destination
from siyu.destinations.outbox import publish
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, hashes, people_in, play
from tests.segments.small_brand import REVOKED, nights, segment, set_consent

BUYERS = [segment(destinations=["files"])]
FIRST, SECOND, THIRD = nights(3)
PEOPLE = {p: {"order_count": 1} for p in ("p1", "p2", "p3")}


def lose_the_warehouse(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("drop table activation.delivery")
    con.execute("drop table activation.delivered_member")


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_whoever_was_on_a_list_before_the_warehouse_was_made_anew_is_still_removed(
    con: duckdb.DuckDBPyConnection, place: Settings, form: str
) -> None:
    to = {"files": Destination.model_validate({**FILES.model_dump(), "format": form})}
    set_consent(con, ["p1", "p2"])
    play(con, place, BUYERS, FIRST, PEOPLE, to)
    set_consent(con, ["p3"])
    play(con, place, BUYERS, SECOND, PEOPLE, to)
    set_consent(con, ["p1"], REVOKED)
    lose_the_warehouse(con)
    (sent,) = play(con, place, BUYERS, THIRD, PEOPLE, to)
    assert (sent.add_count, sent.remove_count, sent.member_count) == (0, 1, 2)


def test_the_newest_night_played_again_over_a_new_warehouse_gives_the_same_bytes(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, ["p1", "p2"])
    play(con, place, BUYERS, FIRST, PEOPLE)
    set_consent(con, ["p3"])
    set_consent(con, ["p1"], REVOKED)
    sent = play(con, place, BUYERS, SECOND, PEOPLE)
    before = hashes(place)
    lose_the_warehouse(con)
    assert play(con, place, BUYERS, SECOND, PEOPLE) == sent
    assert hashes(place) == before


def test_a_segment_given_up_while_the_warehouse_was_lost_is_recalled(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    play(con, place, [*BUYERS, segment("callers", destinations=["files"])], FIRST, PEOPLE)
    lose_the_warehouse(con)
    (_, recall) = play(con, place, BUYERS, SECOND, PEOPLE)
    assert recall.segment_id == "callers"
    assert people_in(folder(place, SECOND, "callers") / "remove.csv") == set(PEOPLE)


def test_what_else_lies_among_the_lists_is_no_list(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    play(con, place, BUYERS, FIRST, PEOPLE)
    lose_the_warehouse(con)
    published = place.published_dir
    (published / "note.txt").write_text("x")
    (published / "files" / "note.txt").write_text("x")
    (published / "files" / "buyers" / "old copies").mkdir()
    (published / "files" / "buyers" / ".2026-03-02.old").mkdir()
    shutil.copytree(folder(place, FIRST), published / "files" / "buyers" / "2026-03-09")
    (published / "files" / "empty" / str(FIRST)).mkdir(parents=True)
    (folder(place, FIRST) / "manifest.json").write_text("{}")
    (sent,) = play(con, place, BUYERS, SECOND, PEOPLE)
    assert (sent.segment_id, sent.add_count, sent.remove_count) == ("buyers", 0, 0)
    lose_the_warehouse(con)
    (planned,) = publish(con, place, BUYERS, {"files": FILES}, SECOND, "dry", dry_run=True)
    assert (planned.add_count, planned.remove_count) == (0, 0)
    assert con.execute("select count(*) from activation.delivery").fetchall() == [(0,)]
