"""What a rule takes, and what `why` tells about one person."""

from __future__ import annotations

from datetime import date

import pytest

from siyu.errors import PermanentFailure
from siyu.segments.holdout import holdout_sql, is_held_out
from siyu.segments.membership import evaluate_segments
from siyu.segments.preview import diff_segment, preview_segment
from siyu.segments.why import explain_membership
from tests.segments.small_brand import (
    NIGHT,
    REVOKED,
    memory,
    open_members,
    segment,
    set_consent,
    set_people,
    set_scores,
)

PEOPLE = {
    "none": {},
    "low": {"order_count": 1, "city": "上海市", "first_order_on": date(2026, 1, 1)},
    "high": {"order_count": 9, "city": "O'Brien", "first_order_on": date(2026, 2, 28)},
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"column": "order_count", "op": "=", "value": 1}, {"low"}),
        ({"column": "order_count", "op": "!=", "value": 1}, {"high"}),
        ({"column": "order_count", "op": "between", "value": [1, 8]}, {"low"}),
        ({"column": "order_count", "op": "is_null"}, {"none"}),
        ({"column": "order_count", "op": "not_null"}, {"low", "high"}),
        ({"column": "order_count", "op": "top_share", "value": 0.5}, {"high"}),
        ({"column": "order_count", "op": "top_share", "value": 1}, {"low", "high"}),
        ({"column": "city", "op": "in", "value": ["O'Brien", "北京市"]}, {"high"}),
        ({"column": "first_order_on", "op": ">", "value": "as_of - 7 days"}, {"high"}),
        ({"column": "first_order_on", "op": "<", "value": date(2026, 2, 1)}, {"low"}),
        ({"none": [{"column": "order_count", "op": ">", "value": 1}]}, {"none", "low"}),
        (
            {
                "any": [
                    {"column": "city", "op": "=", "value": "上海市"},
                    {"column": "order_count", "op": ">=", "value": 9},
                ]
            },
            {"low", "high"},
        ),
    ],
)
def test_a_rule_takes_exactly_whom_it_names(rule: dict, expected: set[str]) -> None:
    con = memory()
    set_people(con, PEOPLE)
    evaluate_segments(con, [segment(rule=rule)], NIGHT)
    assert open_members(con) == expected


def test_birthday_this_month_follows_the_business_day_not_the_clock() -> None:
    rule = {"column": "birthday_month", "op": "=", "value": "as_of.month"}
    con = memory()
    born = {f"p{month}": {"birthday_month": month} for month in range(1, 13)}
    for as_of in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1)):
        set_people(con, born, as_of)
        evaluate_segments(con, [segment(rule=rule)], as_of)
        assert open_members(con) == {f"p{as_of.month}"}


def test_top_share_is_exact_and_ties_always_fall_the_same_way() -> None:
    con = memory()
    rule = {"column": "net_revenue_cny", "op": "top_share", "value": 0.1}
    same = {f"p{n:02}": {"net_revenue_cny": 10} for n in range(50)}
    for order in (list(same), list(reversed(same))):
        set_people(con, {person: same[person] for person in order})
        evaluate_segments(con, [segment(rule=rule)], NIGHT)
        assert open_members(con) == {"p00", "p01", "p02", "p03", "p04"}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_the_holdout_draw_is_the_same_in_sql_and_python_and_near_its_share(share: float) -> None:
    con = memory()
    draw = holdout_sql("buyers", share, "person")
    held = con.execute(
        f"select person, {draw} from (select 'p' || range as person from range(5000))"
    ).fetchall()
    assert all(is_held_out("buyers", person, share) == drawn for person, drawn in held)
    assert abs(sum(drawn for _, drawn in held) / 5000 - share) < 0.03


def test_why_gives_every_condition_its_place_value_source_and_verdict() -> None:
    con = memory()
    set_people(con, PEOPLE)
    rule = {
        "all": [
            {"column": "order_count", "op": ">=", "value": 5},
            {"any": [{"column": "city", "op": "=", "value": "O'Brien"}]},
        ]
    }
    found = segment(rule=rule, exclude={"column": "is_staff", "op": "=", "value": True})
    set_consent(con, ["high"])
    told = explain_membership(con, found, "high", NIGHT)
    assert [(c.place, c.value, c.holds) for c in told.conditions] == [
        ("rule.all[0]", 9, True),
        ("rule.all[1].any[0]", "O'Brien", True),
        ("exclude", False, False),
    ]
    assert told.conditions[0].source == "marts.person_360.order_count"
    assert (told.satisfies, told.verdict) == (True, "a member, published")
    set_consent(con, ["high"], REVOKED)
    told = explain_membership(con, found, "high", NIGHT)
    assert told.verdict == "a member, not published: no consent"
    told = explain_membership(con, found, "none", NIGHT)
    assert [(c.value, c.holds) for c in told.conditions][:2] == [(None, False), (None, False)]
    assert told.verdict == "not a member"


def test_why_of_a_predicate_gives_every_part_its_values() -> None:
    con = memory()
    set_people(con, PEOPLE)
    sql = "order_count >= 5 and (city = 'x' or city is not null and points > 1) and not is_staff"
    told = explain_membership(con, segment(sql=sql), "high", NIGHT)
    assert [(c.place, c.value, c.holds) for c in told.conditions] == [
        ("sql[0]", 9, True),
        ("sql[1]", {"city": "O'Brien", "points": None}, False),
        ("sql[2]", False, True),
    ]
    assert told.conditions[1].source == "marts.person_360.city, marts.person_360.points"
    assert not told.satisfies


def test_why_of_a_top_share_judges_the_person_among_everybody() -> None:
    con = memory()
    set_people(con, PEOPLE)
    top = segment(rule={"column": "order_count", "op": "top_share", "value": 0.5})
    assert not explain_membership(con, top, "low", NIGHT).satisfies
    assert explain_membership(con, top, "high", NIGHT).satisfies


def test_why_says_that_a_score_is_missing_and_who_stays() -> None:
    con = memory()
    set_people(con, {"in": {}, "out": {}})
    set_consent(con, ["in", "out"])
    rule = {"column": "churn_decile", "op": ">=", "value": 8}
    at_risk = segment(rule=rule, requires_score="churn")
    set_scores(con, {"in": 9, "out": 1})
    evaluate_segments(con, [at_risk], NIGHT)
    set_scores(con, None)
    reason = "churn scores are missing, so members stay and nobody enters"
    for person, said in (("in", "a member, published"), ("out", "not a member")):
        assert explain_membership(con, at_risk, person, NIGHT).verdict == f"{said}; {reason}"


def test_why_of_an_unknown_person_is_one_plain_line() -> None:
    con = memory()
    set_people(con, PEOPLE)
    with pytest.raises(PermanentFailure, match="no such person"):
        explain_membership(con, segment(), "nobody", NIGHT)


def test_preview_and_diff_agree_with_the_night() -> None:
    con = memory()
    set_people(con, PEOPLE)
    before = preview_segment(con, segment(), NIGHT)
    evaluate_segments(con, [segment()], NIGHT)
    diff = diff_segment(con, segment(), NIGHT)
    assert (before.size, diff.entered, diff.left) == (2, 2, 0)
    assert before.sample == diff.entered_sample == ("high", "low")
