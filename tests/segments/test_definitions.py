"""A mistyped definition is told in one clear line, before anything runs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from siyu.errors import ConfigError
from siyu.segments.catalogue import load_segments
from siyu.segments.membership import evaluate_segments
from siyu.segments.why import explain_membership
from siyu.settings import PROJECT_DIR
from tests.segments.small_brand import NIGHT, memory, open_members, set_people, write_config

RULE = {"column": "order_count", "op": ">=", "value": 1}
GOOD = {"description": "Buyers.", "rule": RULE}
CONSENT = {"purpose": "marketing", "channel": "sms"}
FILES = {"files": {"kind": "files"}}


def faults(folder: Path, content: object) -> list[str]:
    config = write_config(folder, {"buyers": content}, FILES)
    with pytest.raises(ConfigError) as told:
        load_segments(config)
    return str(told.value).splitlines()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"holdout_shar": 0.1}, "did you mean holdout_share?"),
        ({"rule": {**RULE, "column": "order_cuont"}}, "did you mean order_count?"),
        ({"rule": {**RULE, "colum": "city"}}, "did you mean column?"),
        ({"rule": {"al": [RULE]}}, "did you mean all?"),
        ({"rule": {**RULE, "op": "=>"}}, "'>='"),
        ({"rule": {**RULE, "op": "in"}}, "op in takes a list of one or more values"),
        ({"rule": {**RULE, "op": "between", "value": [1]}}, "a list of two values"),
        ({"rule": {**RULE, "op": "top_share", "value": 2}}, "a share above 0 and at most 1"),
        ({"rule": {**RULE, "value": "many"}}, "order_count takes a number"),
        ({"rule": {**RULE, "value": True}}, "order_count takes a number"),
        ({"rule": {**RULE, "value": float("inf")}}, "finite number"),
        ({"rule": {"column": "city", "op": "<", "value": "x"}}, "< does not fit city (text)"),
        ({"rule": {"column": "city", "op": "=", "value": "as_of x"}}, "city takes text"),
        (
            {"rule": {"column": "last_order_on", "op": "<", "value": "as_of - 3 weeks"}},
            "last_order_on takes a date",
        ),
        (
            {"rule": {"column": "last_order_on", "op": "<", "value": "20260101"}},
            "last_order_on takes a date written YYYY-MM-DD",
        ),
        (
            {"rule": {"column": "last_order_on", "op": "<", "value": "2026-W01-1"}},
            "last_order_on takes a date written YYYY-MM-DD",
        ),
        ({"rule": {"column": "city", "op": "=", "value": "a\0b"}}, "does not fit the columns"),
        ({"rule": {"column": "churn_decile", "op": "=", "value": 9}}, "requires_score: churn"),
        (
            {
                "rule": {"column": "churn_decile", "op": "=", "value": 9},
                "requires_score": "ltv",
            },
            "requires_score: churn",
        ),
        ({"sql": "city = 'x'"}, "exactly one of rule, sql"),
        ({"destinations": ["files"]}, "names the consent it needs"),
        ({"consent": CONSENT, "destinations": ["file"]}, "did you mean files?"),
        ({"consent": {**CONSENT, "channel": "wecon"}}, "did you mean wecom?"),
        ({"consent": {**CONSENT, "purpose": "marketting"}}, "did you mean marketing?"),
        ({"consent": {**CONSENT, "chanel": "sms"}}, "did you mean channel?"),
        ({"holdout_share": 0.9}, "less than or equal to 0.5"),
        ({"id": "seller"}, "must equal the file name, buyers"),
    ],
)
def test_a_mistake_is_one_line_with_file_line_key_and_the_nearest_word(
    tmp_path: Path, wrong: dict, said: str
) -> None:
    lines = faults(tmp_path, {**GOOD, **wrong})
    assert len([line for line in lines if said in line]) == 1, lines
    assert len(lines) == 1, lines
    assert lines[0].startswith("segments/buyers.yml:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: buyers\nid: buyers\n", "segments/buyers.yml:2: id: the key is written twice"),
        ("- a list\n", "a mapping of keys is expected"),
        ("id: [buyers\n", "not YAML"),
        ("rule: {column: city, op: >=, value: 1}\n", "an operator stands in quotes"),
        ("rule: {column: city, op: =, value: 1}\n", "an operator stands in quotes"),
    ],
)
def test_a_file_that_does_not_read_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    assert any(said in line for line in faults(tmp_path, text))


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    wrong = {"description": "Both.", "rule": {**RULE, "column": "order_cuont"}, "ownr": "me"}
    config = write_config(tmp_path, {"one": wrong, "two": wrong})
    with pytest.raises(ConfigError) as told:
        load_segments(config)
    files = {line.split(":")[0] for line in str(told.value).splitlines()}
    assert files == {"segments/one.yml", "segments/two.yml"}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("order_cuont > 1", "did you mean order_count?"),
        ("1 = 1; drop table marts.person_360", "exactly one expression"),
        ("order_count > (select 1)", "subquery is not allowed"),
        ("city = read_text('/etc/hostname')", "is not allowed"),
        ("city = getenv('HOME')", "is not allowed"),
        ("first_order_on = current_date", "is not allowed"),
        ("random() < 0.5", "is not allowed"),
        ("marts.person_360.city = 'x'", "without a table name"),
        ("order_count = 'many'", "does not fit the columns"),
        ("city = 5", "does not fit the columns"),
        ("order_count + 1", "true or false is expected"),
        ("order_count >", "not readable"),
        ("last_order_on > date '2026-02-30'", "does not fit the columns"),
        ("not last_order_on > cast('20260101' as date)", "does not fit the columns"),
    ],
)
def test_a_predicate_may_only_compare_columns(tmp_path: Path, sql: str, said: str) -> None:
    (line,) = faults(tmp_path, {"description": "By SQL.", "sql": sql})
    assert line.startswith("segments/buyers.yml:")
    assert "sql: " in line and said in line


@pytest.mark.parametrize(
    "hostile",
    [
        "'; drop table marts.person_360; --",
        "x' or '1'='1",
        "x\\' or 1=1 --",
        '" or 1=1 --',
        "*/ or 1=1 /*",
        "$$ or 1=1 $$",
        "上海市' union select 1 --",
    ],
)
@pytest.mark.parametrize("op", ["=", "in"])
def test_hostile_text_in_a_value_is_only_text(tmp_path: Path, hostile: str, op: str) -> None:
    value = [hostile] if op == "in" else hostile
    rule = {"column": "city", "op": op, "value": value}
    config = write_config(tmp_path, {"buyers": {"description": "Hostile.", "rule": rule}})
    con = memory()
    set_people(con, {"same": {"city": hostile}, "other": {"city": "x"}, "none": {}})
    evaluate_segments(con, load_segments(config), NIGHT)
    assert open_members(con) == {"same"}
    assert con.execute("select count(*) from marts.person_360").fetchall() == [(3,)]


def test_a_value_that_cannot_be_cast_is_missing_and_does_not_stop_the_night(
    tmp_path: Path,
) -> None:
    sql = "cast(city as integer) >= 3 and first_order_on < cast(as_of as date)"
    config = write_config(tmp_path, {"buyers": {"description": "By SQL.", "sql": sql}})
    con = memory()
    old = date(2026, 1, 1)
    cities = {"a": "x", "b": "4", "c": "2"}
    set_people(con, {p: {"city": city, "first_order_on": old} for p, city in cities.items()})
    evaluate_segments(con, load_segments(config), NIGHT)
    assert open_members(con) == {"b"}


def test_a_value_that_cannot_be_reckoned_with_is_missing_and_does_not_stop_the_night(
    tmp_path: Path,
) -> None:
    sql = "points * points > 0"
    config = write_config(tmp_path, {"buyers": {"description": "By SQL.", "sql": sql}})
    con = memory()
    set_people(
        con, {"a": {"points": 1}, "b": {"points": 4_000_000_000}, "c": {"points": 0}, "d": {}}
    )
    found = load_segments(config)
    evaluate_segments(con, found, NIGHT)
    assert open_members(con) == {"a"}
    told = explain_membership(con, found["buyers"], "b", NIGHT)
    assert [(c.value, c.holds) for c in told.conditions] == [(4_000_000_000, False)]


def test_the_segments_of_the_repository_load_and_run(tmp_path: Path) -> None:
    shutil.copytree(PROJECT_DIR / "config", tmp_path / "config")
    found = load_segments(tmp_path / "config")
    assert len(found) == 8
    con = memory()
    set_people(con, {"p1": {"order_count": 2, "days_since_last_order": 100}})
    results = {r.segment_id: r for r in evaluate_segments(con, found, NIGHT)}
    assert results["win_back_90d"].size == 1
    assert {name for name, r in results.items() if r.score_missing} == {
        "high_value_at_risk",
        "likely_vip",
    }


def test_the_definition_hash_changes_with_behaviour_only(tmp_path: Path) -> None:
    plain = load_segments(write_config(tmp_path / "a", {"buyers": GOOD}))["buyers"]
    text = "# A note.\nid: buyers\ntitle: {zh: buyers, en: buyers}\ndescription: Buyers.\n"
    text += "rule: {value: 1, op: '>=', column: order_count}\n"
    same = load_segments(write_config(tmp_path / "b", {"buyers": text}))["buyers"]
    other = {**GOOD, "rule": {**RULE, "value": 2}}
    changed = load_segments(write_config(tmp_path / "c", {"buyers": other}))["buyers"]
    assert plain.definition_hash == same.definition_hash != changed.definition_hash
