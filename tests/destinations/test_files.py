"""What the files of a list are like for whoever opens them."""

from __future__ import annotations

import csv
import hashlib
import json

import duckdb
import pytest

from siyu.destinations.definition import Destination
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, play, read
from tests.segments.small_brand import NIGHT, segment, set_consent


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋"])
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
