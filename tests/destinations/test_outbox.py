"""A list is whole or absent, sent once, and the same after any crash."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from siyu.destinations.outbox import publish
from siyu.errors import PermanentFailure
from siyu.segments.catalogue import load_segments
from siyu.segments.membership import evaluate_segments
from siyu.settings import PROJECT_DIR, Settings
from siyu.warehouse import connect
from tests.destinations.lists import FILES, folder, hashes, marks, people_in, play
from tests.destinations.publish_night import publish_night
from tests.segments.small_brand import (
    REVOKED,
    create_tables,
    nights,
    segment,
    set_consent,
    settings_in,
    write_config,
)

LISTS = 14
FIRST, SECOND = nights(2)
BUYERS = [segment(destinations=["files"])]
LEDGER = "select * from activation.delivery order by all"
DELIVERED = (
    "select destination, segment_id, person_id, added_on, removed_on "
    "from activation.delivered_member order by all"
)


def test_the_same_night_again_rewrites_no_byte_and_no_row(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {"p1": {"order_count": 1}, "p2": {"order_count": 1}}
    set_consent(con, people)
    play(con, place, BUYERS, FIRST, people)
    sent = play(con, place, BUYERS, SECOND, {"p2": {"order_count": 1}})
    before = (marks(place), con.execute(LEDGER).fetchall(), con.execute(DELIVERED).fetchall())
    assert play(con, place, BUYERS, SECOND) == sent
    assert before == (
        marks(place), con.execute(LEDGER).fetchall(), con.execute(DELIVERED).fetchall(),
    )  # fmt: skip


def test_a_night_run_again_with_other_people_replaces_its_own_list_only(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, ["p1", "p2", "p3"])
    play(con, place, BUYERS, FIRST, {"p1": {"order_count": 1}, "p2": {"order_count": 1}})
    kept = hashes(place)
    play(con, place, BUYERS, SECOND, {"p1": {"order_count": 1}, "p3": {"order_count": 1}})
    play(con, place, BUYERS, SECOND, {"p2": {"order_count": 1}})
    at = folder(place, SECOND)
    assert people_in(at / "add.csv") == set()
    assert people_in(at / "remove.csv") == {"p1"}
    assert people_in(at / "members.csv") == {"p2"}
    assert kept.items() <= hashes(place).items()
    assert con.execute(DELIVERED).fetchall() == [
        ("files", "buyers", "p1", FIRST, SECOND),
        ("files", "buyers", "p2", FIRST, None),
    ]


def test_a_dry_run_counts_and_writes_nothing(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, ["p1"])
    play(con, place, BUYERS, FIRST, {"p1": {"order_count": 1}})
    before = (marks(place), con.execute(LEDGER).fetchall())
    set_consent(con, ["p1"], REVOKED)
    (planned,) = publish(con, place, BUYERS, {"files": FILES}, FIRST, "dry", dry_run=True)
    assert (planned.status, planned.member_count, planned.no_consent_count) == ("planned", 0, 1)
    assert before == (marks(place), con.execute(LEDGER).fetchall())


def test_the_ledger_says_for_every_list_what_was_sent_and_kept_back(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, ["p1"])
    (sent,) = play(con, place, BUYERS, FIRST, {p: {"order_count": 1} for p in ("p1", "p2")})
    cursor = con.execute(LEDGER)
    names = [column[0] for column in cursor.description]
    (row,) = cursor.fetchall()
    assert dict(zip(names, row, strict=True)) == {
        "delivery_id": sent.delivery_id,
        "destination": "files",
        "segment_id": "buyers",
        "as_of_on": FIRST,
        "add_count": 1,
        "remove_count": 0,
        "member_count": 1,
        "holdout_count": 0,
        "no_consent_count": 1,
        "manifest_sha256": sent.manifest_sha256,
        "status": "settled",
    }


def test_nothing_is_sent_for_a_night_that_was_not_evaluated(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    with pytest.raises(PermanentFailure, match="not evaluated for 2026-03-02: buyers"):
        publish(con, place, BUYERS, {"files": FILES}, FIRST, "run")
    assert not place.published_dir.exists()


def test_no_list_is_sent_before_one_that_is_already_delivered(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, ["p1"])
    for as_of in (FIRST, SECOND):
        play(con, place, BUYERS, as_of, {"p1": {"order_count": 1}})
    with pytest.raises(PermanentFailure, match="lists of 2026-03-03 are already delivered"):
        publish(con, place, BUYERS, {"files": FILES}, FIRST, "run")


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many lists: the first night is delivered, the second one evaluated and not yet sent."""
    base = tmp_path_factory.mktemp("evening")
    content = {
        "description": "Many.",
        "rule": {"column": "order_count", "op": ">=", "value": 1},
        "consent": {"purpose": "marketing", "channel": "sms"},
        "holdout_share": 0.1,
        "destinations": ["files"],
    }
    many = {f"list_{n:02}": content for n in range(LISTS)}
    files = {"files": {"kind": "files", "columns": ["member_level", "order_count"]}}
    config = write_config(base / "config", many, files)
    settings = settings_in(base)
    with connect(settings) as con:
        create_tables(con)
        con.execute(
            "insert into marts.person_360 (person_id, as_of_on, order_count) "
            "select 'p' || range, ?, range % 3 from range(1500)",
            [FIRST],
        )
        con.execute(
            "insert into core.fct_consent select range, 'p' || range, 'marketing', 'sms', "
            "if(range % 7 = 0, 'revoked', 'granted'), timestamp '2026-01-01', true "
            "from range(1500)"
        )
        evaluate_segments(con, load_segments(config), FIRST)
    publish_night(settings, FIRST)
    with connect(settings) as con:
        con.execute(
            "update marts.person_360 set as_of_on = ?, order_count = (order_count + 1) % 3",
            [SECOND],
        )
        evaluate_segments(con, load_segments(config), SECOND)
    return base


def lists_in_place(settings: Settings) -> list[Path]:
    return list(settings.published_dir.glob(f"files/*/{SECOND}"))


@pytest.mark.parametrize(("lists", "delay"), [(0, 0.0), (1, 0.003), (3, 0.008), (6, 0.015)])
def test_a_kill_while_publishing_and_a_rerun_give_the_bytes_of_a_quiet_night(
    evening: Path, tmp_path: Path, lists: int, delay: float
) -> None:
    quiet, killed = tmp_path / "quiet", tmp_path / "killed"
    for name in (quiet, killed):
        shutil.copytree(evening, name)
    publish_night(settings_in(quiet), SECOND)
    words = [sys.executable, "-m", "tests.destinations.publish_night", str(killed), str(SECOND)]
    with subprocess.Popen(words, cwd=PROJECT_DIR) as running:
        while running.poll() is None and len(lists_in_place(settings_in(killed))) < lists:
            time.sleep(0.001)
        time.sleep(delay)
        running.kill()
    assert running.returncode == -signal.SIGKILL
    done = lists_in_place(settings_in(killed))
    assert lists <= len(done) < LISTS
    for path in done:
        assert (path / "manifest.json").is_file(), "a list in place is whole"
    publish_night(settings_in(killed), SECOND)
    assert hashes(settings_in(killed)) == hashes(settings_in(quiet))
    for query in (LEDGER, DELIVERED):
        answers = []
        for name in (quiet, killed):
            with connect(settings_in(name), read_only=True) as con:
                answers.append(con.execute(query).fetchall())
        assert answers[0] == answers[1]
