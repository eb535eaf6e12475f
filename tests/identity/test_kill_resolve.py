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
from siyu.identity.advance import Load, advance

RECORDS = 40_000
DAY = """
import sys
import duckdb
from siyu.identity.advance import Load, advance

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
