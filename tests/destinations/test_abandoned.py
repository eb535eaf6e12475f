"""A destination that leaves the configuration gives up everybody who is still on its lists."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from siyu.destinations.abandoned import recall_notes
from siyu.destinations.definition import Destination
from siyu.destinations.outbox import publish
from siyu.segments.membership import evaluate_segments
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, hashes, people_in, play
from tests.segments.small_brand import nights, segment, set_consent, set_people

FIRST, SECOND, THIRD = nights(3)
PEOPLE = {p: {"order_count": 1} for p in ("p1", "p2", "p3")}
BOTH = [segment(name, destinations=["files", "agency"]) for name in ("buyers", "callers")]
ALONE = [segment(name, destinations=["files"]) for name in ("buyers", "callers")]


def agency(form: str = "csv") -> Destination:
    return Destination.model_validate({**FILES.model_dump(), "id": "agency", "format": form})


def test_people_on_the_lists_of_a_removed_destination_are_taken_back_once_and_told(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    play(con, place, BOTH, FIRST, PEOPLE, {"files": FILES, "agency": agency()})
    sent = play(con, place, ALONE, SECOND, PEOPLE)
    assert people_in(folder(place, SECOND, to="agency") / "remove.csv") == set(PEOPLE)
    assert people_in(folder(place, SECOND, to="agency") / "members.csv") == set()
    (note,) = recall_notes(sent, {"files"})
    assert "destination agency is no longer configured: 6 still on its lists" in note
    before = hashes(place)
    assert play(con, place, ALONE, SECOND, PEOPLE) == sent
    assert hashes(place) == before, "the same night again gives the same bytes"
    later = play(con, place, ALONE, THIRD, PEOPLE)
    assert {d.destination for d in later} == {"files"} and recall_notes(later, {"files"}) == []


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_the_recall_has_the_form_of_the_list_it_takes_back(
    con: duckdb.DuckDBPyConnection, place: Settings, form: str
) -> None:
    set_consent(con, PEOPLE)
    play(con, place, BOTH, FIRST, PEOPLE, {"files": FILES, "agency": agency(form)})
    play(con, place, ALONE, SECOND, PEOPLE)
    assert (folder(place, SECOND, to="agency") / f"remove.{form}").exists()


def test_a_dry_run_tells_of_the_recall_and_writes_nothing(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    play(con, place, BOTH, FIRST, PEOPLE, {"files": FILES, "agency": agency()})
    set_people(con, PEOPLE, SECOND)
    evaluate_segments(con, ALONE, SECOND)
    before = hashes(place)
    planned = publish(con, place, ALONE, {"files": FILES}, SECOND, "dry", dry_run=True)
    (note,) = recall_notes(planned, {"files"})
    assert "agency" in note and "6 still" in note
    assert hashes(place) == before


def test_a_copy_of_a_list_that_somebody_keeps_is_no_destination(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    play(con, place, ALONE, FIRST, PEOPLE)
    published = place.published_dir
    for name in ("backup", "Old lists"):
        shutil.copytree(published / "files", published / name)
    (published / "Old lists" / "buyers" / str(FIRST) / "manifest.json").write_text("{}")
    sent = play(con, place, ALONE, SECOND, PEOPLE)
    assert {d.destination for d in sent} == {"files"}
