"""What the files of a list are like for whoever opens them."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import json

import duckdb
import pytest

from siyu.destinations.catalogue import load_destinations
from siyu.destinations.definition import Destination
from siyu.destinations.files import people_in_list
from siyu.settings import PROJECT_DIR, Settings
from tests.destinations.lists import FILES, folder, hashes, play, read
from tests.segments.small_brand import NIGHT, segment, set_consent


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"])
def test_a_cell_that_a_spreadsheet_would_run_is_only_text(
    con: duckdb.DuckDBPyConnection, place: Settings, start: str
) -> None:
    set_consent(con, ["p1"])
    people = {"p1": {"order_count": 1, "member_level": f'{start}cmd|"/c calc",1\nx'}}
    play(con, place, [segment(destinations=["files"])], NIGHT, people)
    for name in ("add", "members"):
        (row,) = read(folder(place, NIGHT) / f"{name}.csv")
        assert row["member_level"] == f"'{people['p1']['member_level']}"
        assert row["order_count"] == "1"


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_the_manifest_tells_the_rows_and_hash_of_every_file(
    con: duckdb.DuckDBPyConnection, place: Settings, form: str
) -> None:
    people = {f"p{n}": {"order_count": n} for n in range(5)}
    set_consent(con, people)
    to = {"files": Destination.model_validate({**FILES.model_dump(), "format": form})}
    (sent,) = play(con, place, [segment(destinations=["files"])], NIGHT, people, to)
    at = folder(place, NIGHT)
    content = (at / "manifest.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == sent.manifest_sha256
    files = json.loads(content)["files"]
    assert set(files) == {f"add.{form}", f"remove.{form}", f"members.{form}"}
    assert {path.name for path in at.iterdir()} == {*files, "manifest.json"}
    reader = "read_parquet" if form == "parquet" else "read_csv"
    for name, told in files.items():
        assert told["sha256"] == hashlib.sha256((at / name).read_bytes()).hexdigest()
        if form == "csv":
            lines = (at / name).read_text("utf-8").splitlines()
            assert told["rows"] == len(list(csv.reader(lines))) - 1
        else:
            rows = con.execute(f"select count(*) from {reader}(?)", [str(at / name)]).fetchall()
            assert rows == [(told["rows"],)]


def test_what_a_crash_left_beside_a_list_is_gone_after_the_rerun(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, ["p1"])
    buyers = [segment(destinations=["files"])]
    play(con, place, buyers, NIGHT, {"p1": {"order_count": 1}})
    at = folder(place, NIGHT)
    for end in ("new", "old"):
        leftover = at.with_name(f".{at.name}.{end}")
        leftover.mkdir()
        (leftover / "add.csv").write_text("half")
    play(con, place, buyers, NIGHT)
    assert [path.name for path in at.parent.iterdir()] == [at.name]


@pytest.mark.parametrize("form", ["csv", "csv.gz"])
def test_a_list_for_a_spreadsheet_opens_as_chinese_and_a_rerun_gives_the_same_bytes(
    con: duckdb.DuckDBPyConnection, place: Settings, form: str
) -> None:
    set_consent(con, ["p1", "p2"])
    people = {
        "p1": {"order_count": 1, "member_level": "银卡"},
        "p2": {"order_count": 1, "member_level": "=金卡"},
    }
    for encoding, mark in (("utf-8", b""), ("utf-8-sig", codecs.BOM_UTF8)):
        keys = {**FILES.model_dump(), "format": form, "encoding": encoding}
        to = {"files": Destination.model_validate(keys)}
        buyers = [segment(destinations=["files"])]
        play(con, place, buyers, NIGHT, people, to)
        first = hashes(place)
        content = (folder(place, NIGHT) / f"members.{form}").read_bytes()
        content = gzip.decompress(content) if form == "csv.gz" else content
        header, row, other = content.splitlines()
        assert header.startswith(mark + b"person_id,") and "银卡".encode() in row
        assert "'=金卡".encode() in other
        play(con, place, buyers, NIGHT, people, to)
        assert hashes(place) == first
        # Who is on the list is read back from it, mark or no mark.
        assert people_in_list(folder(place, NIGHT), "members") == ["p1", "p2"]


def test_the_list_for_people_that_comes_with_the_repository_opens_in_a_spreadsheet() -> None:
    assert load_destinations(PROJECT_DIR / "config")["files"].encoding == "utf-8-sig"
