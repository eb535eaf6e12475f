"""What was typed wrongly is told in one line with exit code 2, and a name cannot command a terminal."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import duckdb
import pytest

from cli.main import _told
from cli.output import plain_text, print_table
from siyu.run_lock import only_one
from siyu.settings import Settings
from tests.brand import ROOT, Brand


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nope", "No such command 'nope'; see siyu --help"),
        ("--debug nope", "No such command 'nope'"),
        ("run --asof 2026-01-01", "--as-of"),
        ("metric query", "see siyu metric query --help"),
        ("review list --min-probability abc", "'--min-probability'"),
        ("ui --port 99999999", "'--port'"),
        ("ui --port 0", "'--port'"),
        ("sql select --limit 99999999999999999999", "'--limit'"),
        ("model show churn --version ../../etc", "is not stored; stored are: none"),
        ("model promote churn ../../etc --reason x", "is not stored; stored are: none"),
        ("review", "Missing command; see siyu review --help"),
    ],
)
def test_what_was_typed_wrongly_is_one_line_and_a_matter_of_usage(
    tmp_path: Path, words: str, said: str
) -> None:
    answer = Brand(tmp_path / "data").siyu(*words.split())
    assert (answer.code, answer.out) == (2, "")
    (line,) = answer.err.splitlines()
    assert line.startswith("error: ") and said in line


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    answer = Brand(tmp_path / "data").siyu()
    assert answer.code == 2 and "Usage: siyu" in answer.out and answer.err == ""


def test_a_fault_of_the_file_system_names_the_path_and_others_their_kind() -> None:
    gone = NotADirectoryError(20, "Not a directory", "published/files")
    assert _told(gone) == ("published/files: Not a directory", 1)
    words, code = _told(ValueError("13912345678 is no number"))
    assert code == 1 and "ValueError" in words and "139" not in words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders\x1b[2J\x07.csv", "orders\ufffd[2J\ufffd.csv"),
        ("orders\u202evsc.exe", "orders\ufffdvsc.exe"),
        ("订单 1\n\t家庭\u200d", "订单 1\n\t家庭\u200d"),
    ],
)
def test_a_name_that_would_command_the_terminal_is_shown_harmless(
    name: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plain_text(name) == shown
    print_table("", ("file",), [[name]])
    told = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(told)


def test_models_are_not_trained_while_a_night_is_at_work(tmp_path: Path) -> None:
    brand = Brand(tmp_path / "data")
    brand.data.mkdir()
    with duckdb.connect(str(brand.data / "warehouse.duckdb")) as con:
        con.execute(
            "create schema raw; create table raw.as_of as select date '2026-03-02' as_of_on"
        )
    with only_one(Settings(brand.data, brand.config)):
        answer = brand.siyu("model", "train")
    assert answer.code == 3 and "another run is at work" in answer.err


def test_pages_on_a_port_that_is_taken_say_so_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = Brand(tmp_path / "data").siyu("ui", "--port", port)
    assert answer.code == 2 and not (tmp_path / "data").exists()
    (line,) = answer.err.splitlines()
    assert f"port {port}" in line and "choose another" in line


def test_a_source_draft_without_any_time_says_that_there_is_none(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    export = tmp_path / "new.csv"
    export.write_text("甲号,乙名\n1,x\n", "utf-8")
    answer = Brand(tmp_path / "data", config).siyu(
        "source", "add", str(export), "--id", "new", "--seen-at", "nope"
    )
    assert answer.code == 2 and "times are: none" in answer.err
