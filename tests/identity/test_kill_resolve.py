"""A resolve killed at any moment leaves the bridge of the night before, or tonight's, whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from bench.identity import OBSERVATION, PEOPLE, RULES
from siyu.identity.state.advance import Load, advance
from siyu.identity.state.step import StepCount, load_step

RECORDS = 40_000
DAY = """
import sys
import duckdb
from siyu.identity.state.advance import Load, advance

con = duckdb.connect(sys.argv[1])
con.execute("set threads = 1")
print("begun", flush=True)
advance(con, [Load(1, "a"), Load(2, "b")])
print("done", flush=True)
"""


def people(path: Path) -> str:
    with duckdb.connect(str(path)) as con:
        return str(con.execute(PEOPLE).fetchall())


def resolve(path: Path, kill_after: float | None) -> float:
    """Play the second load in a process of its own; seconds from its first word to its end."""
    with subprocess.Popen(
        [sys.executable, "-c", DAY, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        began = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        process.wait()
    return time.monotonic() - began


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse whose first load is resolved; the second, 1 % of its records, is landed."""
    path = tmp_path_factory.mktemp("resolve") / "night.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(RULES)
        con.execute(OBSERVATION.format(records=RECORDS))
        advance(con, [Load(1, "a")])
    return path


def changed_rules(night: Path, target: Path) -> Path:
    """That warehouse after its rules changed: the state must be made anew, both loads of it."""
    shutil.copy(night, target)
    with duckdb.connect(str(target)) as con:
        con.execute("update raw.identifier_type set max_per_person = 1 where id_type = 'phone'")
    return target


def test_a_rebuild_killed_at_any_moment_leaves_the_old_people_or_the_new(
    night: Path, tmp_path: Path
) -> None:
    whole = changed_rules(night, tmp_path / "whole.duckdb")
    before = people(whole)
    length = resolve(whole, None)
    after = people(whole)
    assert before != after
    found = set()
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        path = changed_rules(night, tmp_path / f"at_{share}.duckdb")
        resolve(path, length * share)
        found.add(people(path))
        assert resolve(path, None) and people(path) == after
    assert found <= {before, after} and before in found


def test_a_rebuild_that_was_cut_short_goes_on_where_it_stood(
    night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = [Load(1, "a"), Load(2, "b")]

    def full_disk(con: duckdb.DuckDBPyConnection, step_no: int, *words: object) -> StepCount:
        if step_no == 2:
            raise duckdb.IOException("no space left")
        return load_step(con, step_no, *words)  # type: ignore[arg-type]

    path = changed_rules(night, tmp_path / "cut.duckdb")
    before = people(path)
    with duckdb.connect(str(path)) as con:
        with monkeypatch.context() as patch, pytest.raises(duckdb.IOException):
            patch.setattr("siyu.identity.state.advance.load_step", full_disk)
            advance(con, loads)
        assert str(con.execute(PEOPLE).fetchall()) == before
        done = advance(con, loads)
        assert done.played == 1 and done.rebuilt
    whole = changed_rules(night, tmp_path / "whole.duckdb")
    resolve(whole, None)
    assert people(path) == people(whole) != before
    with duckdb.connect(str(path)) as con:
        assert not con.execute(
            "select 1 from duckdb_tables() where table_name like '%\\_\\_next' escape '\\'"
        ).fetchall()


def test_a_resolve_killed_at_any_moment_leaves_one_whole_night(night: Path, tmp_path: Path) -> None:
    def fresh(name: str) -> Path:
        return Path(shutil.copy(night, tmp_path / f"{name}.duckdb"))

    before = people(night)
    whole = fresh("whole")
    length = resolve(whole, None)
    after = people(whole)
    assert before != after
    found = []
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 0.95):
        path = fresh(f"at_{share}")
        resolve(path, length * share)
        found.append(people(path))
        assert found[-1] in (before, after)
        assert resolve(path, None) and people(path) == after
    assert found[0] == before
