"""Whatever lies in the brand's folders, a command says in one line what to mend, with the right exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.output import print_json
from orchestration.preflight import check_config
from tests.brand import ROOT, Brand


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda config: (config / name).write_text(text, "utf-8")


def copy(name: str, other: str) -> Callable[[Path], object]:
    return lambda config: shutil.copy(config / name, config / other)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda config: (config / "vocabulary.yml").unlink(), "vocabulary.yml: not found"),
        (write("vocabulary.yml", "- a\n"), "vocabulary.yml: (whole file)"),
        (write("vocabulary.yml", "a: [\n"), "vocabulary.yml: line 2"),
        (write("privacy.yml", "- a\n"), "privacy.yml: (whole file)"),
        (write("privacy.yml", "a: [\n"), "privacy.yml: line 2"),
        (write("privacy.yml", "purposes: {marketing: }\n"), "privacy.yml: purposes.marketing"),
        (
            write("privacy.yml", "purposes: {marketing: {identifers: [phone]}}\n"),
            "did you mean identifiers?",
        ),
        (
            write("privacy.yml", "purposes: {marketing: {identifiers: [phon]}}\n"),
            "did you mean phone?",
        ),
        (lambda config: (config / "privacy.yml").write_bytes(b"\xff\xfe"), "not UTF-8"),
        (
            lambda config: (config / "destinations" / "files.yml").write_text(
                "id: files\ntitle: {en: Files, zh: 文件}\nkind: files\nidentifiers: [phone]\n"
                "purpose: service\n"
            ),
            "segments/referrers: its consent is for marketing, but destination files",
        ),
        (copy("segments/referrers.yml", "segments/referrers.yaml"), "referrers.yml is there too"),
        (copy("destinations/files.yml", "destinations/files.yaml"), "files.yml is there too"),
    ],
)
def test_a_file_of_the_brand_that_does_not_read_is_one_line_naming_it(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    spoil(config)
    _, faults = check_config(config)
    assert len([line for line in faults if said in line]) == 1, faults


def test_a_folder_that_looks_like_a_definition_is_none(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "segments" / "old.yml").mkdir()
    assert check_config(config)[1] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("publish", 1, "there is no warehouse yet"),
        ("person merge a b --reason x", 1, "there is no warehouse yet"),
        ("check", 2, "vocabulary.yml: not found"),
    ],
)
def test_where_nothing_is_a_command_says_so_and_leaves_nothing_behind(
    tmp_path: Path, words: str, code: int, said: str
) -> None:
    brand = Brand(tmp_path / "data", tmp_path / "nothing" if words == "check" else ROOT / "config")
    answer = brand.siyu(*words.split())
    assert answer.code == code
    assert said in answer.err and "unforeseen" not in answer.err
    assert not brand.data.exists()


def test_what_is_no_folder_and_what_is_no_warehouse_are_told(tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    stray.write_text("x")
    answer = Brand(stray).siyu("status")
    assert answer.code == 2 and "SIYU_DATA" in answer.err
    data = tmp_path / "data"
    for name in ("warehouse.duckdb", "serving/siyu.duckdb"):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text("no database")
    for words, name in (
        ("person show p1", "warehouse.duckdb"),
        ("status", "serving/siyu.duckdb"),
    ):
        answer = Brand(data).siyu(*words.split())
        assert answer.code == 1
        (line,) = answer.err.strip().splitlines()
        assert f"{name} cannot be read" in line


def test_before_the_first_night_a_decision_about_people_says_what_to_run(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "data").mkdir()
    duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb")).close()
    for words in ("person merge a b --reason x", "person split a phone:abcd", "person show a"):
        answer = Brand(tmp_path / "data").siyu(*words.split())
        assert answer.code == 1
        assert answer.err == "error: no night has been built yet: run `siyu run` first\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sql", ""], "one SELECT"),
        (["sql", "select 1; select 2"], "one SELECT"),
        (["sql", "select 1 as a, 2 as a", "--json"], "two columns have one name"),
        (["sql", "select 1", "--limit", "-1"], "--limit"),
        (["review", "list", "--limit", "-1"], "--limit"),
    ],
)
def test_a_query_that_cannot_be_answered_is_a_matter_of_usage(
    tmp_path: Path, words: list[str], said: str
) -> None:
    import duckdb

    (tmp_path / "data" / "serving").mkdir(parents=True)
    duckdb.connect(str(tmp_path / "data" / "serving" / "siyu.duckdb")).close()
    answer = Brand(tmp_path / "data").siyu(*words)
    assert answer.code == 2
    assert said in answer.err and "unforeseen" not in answer.err


def test_json_stays_json_where_a_figure_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([{"a": float("nan"), "b": [float("inf"), 1.5]}])

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    told = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert told == [{"a": None, "b": [None, 1.5]}]
