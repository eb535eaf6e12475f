"""Membership follows the people, night after night."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.errors import PermanentFailure
from siyu.segments.columns import SCORES
from siyu.segments.membership import evaluate_segments
from siyu.segments.why import explain_membership
from tests.segments.small_brand import (
    NIGHT,
    memory,
    nights,
    open_members,
    segment,
    set_people,
    set_scores,
)

SEGMENTS = [
    segment("buyers"),
    segment("few_orders", sql="order_count between 1 and 2"),
    segment("not_staff", exclude={"column": "is_staff", "op": "=", "value": True}),
]
EXPECTED = {
    "buyers": lambda orders, staff: orders >= 1,
    "few_orders": lambda orders, staff: 1 <= orders <= 2,
    "not_staff": lambda orders, staff: orders >= 1 and not staff,
}
people = st.dictionaries(
    st.sampled_from([f"p{n}" for n in range(6)]), st.tuples(st.integers(0, 3), st.booleans())
)
# A night may first be evaluated on people that a repeated build then corrects.
night = st.tuples(st.none() | people, people)


def rows(con: object) -> list[tuple]:
    return con.execute("select * from activation.segment_membership order by all").fetchall()


@settings(max_examples=10)
@given(st.lists(night, min_size=1, max_size=6))
def test_membership_is_the_recomputed_set_every_night(history: list) -> None:
    con = memory()
    before: dict[str, set[str]] = {name: set() for name in EXPECTED}
    entries: dict[tuple[str, str], list[date]] = {}
    for as_of, (draft, final) in zip(nights(len(history)), history, strict=True):
        for state in (draft, final):
            if state is None:
                continue
            told = {p: {"order_count": o, "is_staff": s} for p, (o, s) in state.items()}
            set_people(con, told, as_of)
            results = {r.segment_id: r for r in evaluate_segments(con, SEGMENTS, as_of)}
        for name, holds in EXPECTED.items():
            now = {p for p, values in final.items() if holds(*values)}
            assert open_members(con, name) == now
            result = results[name]
            moved = (result.size, result.entered, result.left)
            assert moved == (len(now), len(now - before[name]), len(before[name] - now))
            for person in now - before[name]:
                entries.setdefault((name, person), []).append(as_of)
            before[name] = now
        kept = rows(con)
        assert evaluate_segments(con, SEGMENTS, as_of) == list(results.values())
        assert rows(con) == kept
    stays: dict[tuple[str, str], list[date]] = {}
    for name, person, entered, left in rows(con):
        stays.setdefault((name, person), []).append(entered)
        assert left is None or entered < left
    assert stays == entries


def test_coming_back_opens_a_new_row_and_keeps_the_old_stay() -> None:
    con = memory()
    first, second, third = nights(3)
    for as_of, orders in ((first, 1), (second, 0), (third, 1)):
        set_people(con, {"p1": {"order_count": orders}}, as_of)
        evaluate_segments(con, [segment()], as_of)
    assert rows(con) == [("buyers", "p1", first, second), ("buyers", "p1", third, None)]


def test_a_night_evaluated_again_on_corrected_people_forgets_its_first_answer() -> None:
    con = memory()
    first, second = nights(2)
    set_people(con, {"p1": {"order_count": 1}}, first)
    evaluate_segments(con, [segment()], first)
    for wrong_then_right in ({"p2": {"order_count": 1}}, {"p1": {"order_count": 1}}):
        set_people(con, wrong_then_right, second)
        (result,) = evaluate_segments(con, [segment()], second)
    assert rows(con) == [("buyers", "p1", first, None)]
    assert (result.entered, result.left) == (0, 0)


def test_a_person_merged_away_leaves_every_segment() -> None:
    con = memory()
    first, second = nights(2)
    set_people(con, {"p1": {"order_count": 1}, "p2": {"order_count": 1}}, first)
    evaluate_segments(con, SEGMENTS, first)
    set_people(con, {"p1": {"order_count": 2}}, second)
    evaluate_segments(con, SEGMENTS, second)
    assert {row[1] for row in rows(con) if row[3] is None} == {"p1"}
    assert {row[3] for row in rows(con) if row[1] == "p2"} == {second}


def test_a_segment_taken_out_of_the_configuration_loses_its_members() -> None:
    con = memory()
    first, second = nights(2)
    set_people(con, {"p1": {"order_count": 1}}, first)
    evaluate_segments(con, SEGMENTS, first)
    set_people(con, {"p1": {"order_count": 1}}, second)
    evaluate_segments(con, SEGMENTS[:1], second)
    assert open_members(con, "buyers") == {"p1"}
    assert open_members(con, "few_orders") == set()


@pytest.mark.parametrize("scores", [None, {}])
def test_a_missing_score_keeps_members_and_says_so(scores: dict | None) -> None:
    con = memory()
    at_risk = segment(
        rule={"column": "churn_decile", "op": ">=", "value": 8}, requires_score="churn"
    )
    first, second, third = nights(3)
    set_people(con, {"p1": {}, "p2": {}, "gone": {}}, first)
    set_scores(con, {"p1": 9, "p2": 1, "gone": 10})
    (result,) = evaluate_segments(con, [at_risk], first)
    assert (result.size, result.score_missing) == (2, False)
    set_people(con, {"p1": {}, "p2": {}}, second)
    set_scores(con, scores)
    (result,) = evaluate_segments(con, [at_risk], second)
    assert (result.size, result.entered, result.left) == (1, 0, 1)
    assert result.score_missing
    assert open_members(con) == {"p1"}
    set_people(con, {"p1": {}, "p2": {}}, third)
    set_scores(con, {"p1": 1, "p2": 9})
    (result,) = evaluate_segments(con, [at_risk], third)
    assert (open_members(con), result.score_missing) == ({"p2"}, False)


def test_a_rule_over_two_scores_takes_nobody_in_while_either_is_missing() -> None:
    con = memory()
    # Without churn scores nobody would be found likely to leave, and everybody would enter.
    rule = {
        "all": [
            {"column": "ltv_decile", "op": ">=", "value": 0},
            {"none": [{"column": "churn_decile", "op": ">=", "value": 8}]},
        ]
    }
    loyal = segment(rule=rule, requires_score="ltv")
    con.execute("create table ml.ltv_score (person_id varchar)")
    for column in SCORES["ltv"]:
        con.execute(f"alter table ml.ltv_score add column {column.source_column} {column.sql_type}")
    con.execute("insert into ml.ltv_score (person_id, ltv_decile) values ('p1', 9), ('p2', 9)")
    first, second = nights(2)
    set_people(con, {"p1": {}, "p2": {}}, first)
    set_scores(con, {"p1": 1, "p2": 9})
    evaluate_segments(con, [loyal], first)
    assert open_members(con) == {"p1"}
    set_people(con, {"p1": {}, "p2": {}}, second)
    set_scores(con, None)
    (result,) = evaluate_segments(con, [loyal], second)
    assert (open_members(con), result.score_missing) == ({"p1"}, True)
    said = explain_membership(con, loyal, "p2", second).verdict
    assert said == "not a member; churn scores are missing, so members stay and nobody enters"


def test_an_earlier_night_is_refused_and_changes_nothing() -> None:
    con = memory()
    set_people(con, {"p1": {"order_count": 1}})
    evaluate_segments(con, [segment()], NIGHT)
    kept = rows(con)
    earlier = NIGHT - timedelta(days=1)
    set_people(con, {}, earlier)
    with pytest.raises(PermanentFailure, match="membership only moves on"):
        evaluate_segments(con, [segment()], earlier)
    assert rows(con) == kept


def test_people_built_for_another_day_are_refused() -> None:
    con = memory()
    set_people(con, {"p1": {"order_count": 1}})
    with pytest.raises(PermanentFailure, match="was built for 2026-03-02"):
        evaluate_segments(con, [segment()], NIGHT + timedelta(days=1))
