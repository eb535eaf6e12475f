"""Three more days: lists move by adds and removes, and people keep their ids."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("whole_brand")

Members = dict[str, dict[str, set[str]]]


def members(brand: Brand, part: str) -> Members:
    """segment -> night -> the person ids of one part of the list."""
    found: Members = {}
    for path in sorted((brand.data / "published").rglob(f"{part}.csv")):
        segment, night = path.parent.parent.name, path.parent.name
        rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
        found.setdefault(segment, {})[night] = {row["person_id"] for row in rows}
    return found


@pytest.fixture(scope="module")
def three_days_on(first_night: Brand, tmp_path_factory: pytest.TempPathFactory) -> Brand:
    brand = first_night.copy_to(tmp_path_factory.mktemp("three_days"))
    queue = brand.siyu("review", "list", "--band", "certain", "--json").json()
    ids = [row["suggestion_id"] for row in queue]
    for verb, chosen in (("accept", ids[:20]), ("reject", ids[20:23])):
        answer = brand.siyu("review", verb, *chosen, "--reason", "seen", "--actor", "tester")
        assert answer.code == 0, answer.err
    for _ in range(3):
        assert brand.siyu("demo", "build", "--day", "next").code == 0
        answer = brand.siyu("run")
        assert answer.code == 0, answer.err[-3000:]
    return brand


def test_lists_carry_adds_and_removes(three_days_on: Brand) -> None:
    adds, removes = members(three_days_on, "add"), members(three_days_on, "remove")
    nights = sorted({night for by_night in adds.values() for night in by_night})
    assert len(nights) == 4
    later = nights[1:]
    assert sum(len(adds[s].get(n, ())) for s in adds for n in later) > 0
    assert sum(len(removes[s].get(n, ())) for s in removes for n in later) > 0


def test_yesterdays_members_and_todays_changes_give_todays_members(three_days_on: Brand) -> None:
    whole = members(three_days_on, "members")
    adds, removes = members(three_days_on, "add"), members(three_days_on, "remove")
    for segment, by_night in whole.items():
        nights = sorted(by_night)
        for before, now in pairwise(nights):
            moved = (by_night[before] - removes[segment][now]) | adds[segment][now]
            assert moved == by_night[now], (segment, now)


def test_people_keep_their_ids_unless_history_says_why(
    first_night: Brand, three_days_on: Brand
) -> None:
    query = (
        "select id_type, scope, value_key, person_id from identity.bridge_identity"
        " where person_id is not null"
    )
    before = {tuple(row[:3]): row[3] for row in first_night.rows(query)}
    after = {tuple(row[:3]): row[3] for row in three_days_on.rows(query)}
    told = {
        person
        for row in three_days_on.rows(
            "select person_id, other_person_id from identity.person_history"
            " where change in ('merge', 'split')"
        )
        for person in row
    }
    moved = {key for key in before if key in after and before[key] != after[key]}
    assert {before[key] for key in moved} <= told
    assert len(moved) < 0.01 * len(before)
    assert set(after) > set(before)
    told = three_days_on.siyu("person", "evaluate", "--json").json()
    assert told["id_churn_unexplained"] == 0
    assert told["id_churn_explained"] < 0.01


def test_an_accepted_suggestion_makes_one_person_and_a_rejected_one_never_comes_back(
    first_night: Brand, three_days_on: Brand
) -> None:
    answered = three_days_on.rows(
        "select suggestion_id, status, verdict, person_id, other_person_id"
        " from identity.review_queue where status <> 'open'"
    )
    assert sorted(row[1] for row in answered) == ["accepted"] * 20 + ["rejected"] * 3
    today = dict(
        three_days_on.rows("select person_id, current_person_id from identity.person_alias")
    )
    for _, status, _, one, other in answered:
        assert (today[one] == today[other]) == (status == "accepted")
    shown = {
        row[0] for row in three_days_on.rows("select suggestion_id from identity.review_queue")
    }
    assert {row[0] for row in answered} < shown
    bands = three_days_on.rows(
        "select accepted_count, accepted_in_bulk_count, rejected_count, undone_count,"
        " round(accepted_precision, 4) from identity.review_band where band = 'certain'"
    )
    assert bands == [(20, 0, 3, 0, round(20 / 23, 4))]


def test_an_answered_suggestion_is_not_answered_twice(three_days_on: Brand) -> None:
    (one,) = three_days_on.rows(
        "select min(suggestion_id) from identity.review_queue where status = 'accepted'"
    )[0]
    answer = three_days_on.siyu("review", "reject", one, "--reason", "no", "--actor", "tester")
    assert answer.code == 2
    assert f"{one} is accepted already" in answer.err


def test_money_still_equals_the_truth_after_late_refunds(three_days_on: Brand) -> None:
    truth = three_days_on.siyu("demo", "truth", "--json").json()
    assert truth["net_revenue_cny"] == truth["true_net_revenue_cny"]
    assert truth["orders_differing"] == 0


def test_a_night_before_the_newest_is_refused(three_days_on: Brand) -> None:
    before = three_days_on.tables()
    answer = three_days_on.siyu("run", "--as-of", "2026-08-01")
    assert answer.code == 2
    assert "2026-08-01" in answer.err
    assert three_days_on.tables() == before


def test_why_shows_each_condition_with_its_value(three_days_on: Brand) -> None:
    for path in sorted(Path(three_days_on.data / "published").rglob("members.csv"))[:3]:
        segment = path.parent.parent.name
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
        if rows:
            answer = three_days_on.siyu("why", rows[0]["person_id"], segment, "--json")
            assert answer.code == 0, answer.err
            assert answer.json()["conditions"]
