"""Who is on a list, night after night, and who never is."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.destinations.definition import Destination
from siyu.segments.holdout import is_held_out
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, people_in, play
from tests.segments.small_brand import (
    GRANTED,
    NIGHT,
    REVOKED,
    memory,
    nights,
    segment,
    set_consent,
    set_scores,
    settings_in,
)

BUYERS = segment(destinations=["files"], holdout_share=0.3)
ALL = [f"p{n}" for n in range(8)]
night = st.tuples(
    st.dictionaries(st.sampled_from(ALL), st.integers(0, 1)), st.sets(st.sampled_from(ALL))
)


@settings(max_examples=8)
@given(st.lists(night, min_size=1, max_size=5))
def test_add_and_remove_applied_to_yesterday_give_today(history: list) -> None:
    con = memory()
    with tempfile.TemporaryDirectory() as name:
        place = settings_in(Path(name))
        yesterday: set[str] = set()
        for as_of, (orders, agreed) in zip(nights(len(history)), history, strict=True):
            set_consent(con, agreed, GRANTED)
            set_consent(con, set(ALL) - agreed, REVOKED)
            people = {p: {"order_count": count} for p, count in orders.items()}
            (sent,) = play(con, place, [BUYERS], as_of, people)
            at = folder(place, as_of)
            add, remove, now = (people_in(at / f"{n}.csv") for n in ("add", "remove", "members"))
            assert not add & yesterday and remove <= yesterday
            assert (yesterday | add) - remove == now
            buyers = {p for p, count in orders.items() if count}
            held = {p for p in buyers if is_held_out("buyers", p, 0.3)}
            assert now == (buyers & agreed) - held
            assert (sent.holdout_count, sent.no_consent_count) == (
                len(held),
                len(buyers - agreed),
            )
            assert (sent.add_count, sent.remove_count, sent.member_count) == (
                len(add),
                len(remove),
                len(now),
            )
            yesterday = now


def test_a_revoked_consent_leaves_every_list_the_same_night(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    other = Destination.model_validate({**FILES.model_dump(), "id": "agency"})
    both = {"files": FILES, "agency": other}
    segments = [segment(name, destinations=["files", "agency"]) for name in ("buyers", "callers")]
    first, second = nights(2)
    people = {"p1": {"order_count": 1}, "p2": {"order_count": 1}}
    set_consent(con, people)
    play(con, place, segments, first, people, both)
    set_consent(con, ["p1"], REVOKED)
    play(con, place, segments, second, people, both)
    for to in both:
        for name in ("buyers", "callers"):
            assert people_in(folder(place, first, name, to) / "members.csv") == {"p1", "p2"}
            assert people_in(folder(place, second, name, to) / "members.csv") == {"p2"}
            assert people_in(folder(place, second, name, to) / "remove.csv") == {"p1"}


def test_consent_to_another_channel_or_purpose_is_no_consent(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {p: {"order_count": 1} for p in ("agreed", "channel", "purpose", "silent", "doubt")}
    set_consent(con, ["agreed", "doubt"])
    set_consent(con, ["channel"], channel="wecom")
    set_consent(con, ["purpose"], purpose="service")
    # Two current records that differ: after a merge the revocation wins.
    con.execute(
        "insert into core.fct_consent values "
        "('k', 'doubt', 'marketing', 'sms', 'revoked', timestamp '2025-01-01', true)"
    )
    play(con, place, [segment(destinations=["files"])], NIGHT, people)
    assert people_in(folder(place, NIGHT) / "members.csv") == {"agreed"}


def test_the_holdout_is_never_published_and_stays_the_same_people(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {f"p{n}": {"order_count": 1} for n in range(200)}
    set_consent(con, people)
    held = {p for p in people if is_held_out("buyers", p, 0.3)}
    assert 40 < len(held) < 80
    for as_of in nights(3):
        (sent,) = play(con, place, [BUYERS], as_of, people)
        assert people_in(folder(place, as_of) / "members.csv") == set(people) - held
        assert sent.holdout_count == len(held)


def test_a_renamed_segment_keeps_its_people_back_and_the_others_published(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {f"p{n}": {"order_count": 1} for n in range(100)}
    set_consent(con, people)
    first, second = nights(2)
    play(con, place, [BUYERS], first, people)
    renamed = segment("shoppers", destinations=["files"], holdout_share=0.3, holdout_key="buyers")
    (_, sent) = play(con, place, [renamed], second, people)
    now = people_in(folder(place, second, "shoppers") / "members.csv")
    assert now == people_in(folder(place, first) / "members.csv")
    assert (sent.segment_id, sent.holdout_count) == ("shoppers", 100 - len(now))
    drawn_anew = {p for p in people if not is_held_out("shoppers", p, 0.3)}
    assert now != drawn_anew


def test_a_segment_taken_out_of_the_configuration_is_recalled_once(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {"p1": {"order_count": 1}, "p2": {"order_count": 1}}
    set_consent(con, people)
    first, second, third = nights(3)
    play(con, place, [BUYERS, segment("callers", destinations=["files"])], first, people)
    (mine, recall) = play(con, place, [BUYERS], second, people)
    assert (recall.segment_id, recall.remove_count, recall.member_count) == ("callers", 2, 0)
    assert people_in(folder(place, second, "callers") / "remove.csv") == {"p1", "p2"}
    assert mine.remove_count == 0
    assert [d.segment_id for d in play(con, place, [BUYERS], third, people)] == ["buyers"]


def test_a_segment_that_no_longer_names_a_destination_is_recalled_there(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    people = {"p1": {"order_count": 1}}
    set_consent(con, people)
    first, second = nights(2)
    play(con, place, [segment(destinations=["files"])], first, people)
    (recall,) = play(con, place, [segment()], second, people)
    assert (recall.add_count, recall.remove_count, recall.member_count) == (0, 1, 0)


def test_a_person_merged_away_is_removed_from_the_lists(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    first, second = nights(2)
    set_consent(con, ["p1", "p2"])
    buyers = [segment(destinations=["files"])]
    play(con, place, buyers, first, {"p1": {"order_count": 1}, "p2": {"order_count": 1}})
    play(con, place, buyers, second, {"p1": {"order_count": 2}})
    assert people_in(folder(place, second) / "remove.csv") == {"p2"}
    assert people_in(folder(place, second) / "members.csv") == {"p1"}


def test_members_kept_while_a_score_is_missing_stay_on_the_list(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    rule = {"column": "churn_decile", "op": ">=", "value": 8}
    at_risk = [segment(rule=rule, requires_score="churn", destinations=["files"])]
    first, second = nights(2)
    set_consent(con, ["p1", "p2"])
    set_scores(con, {"p1": 9, "p2": 1})
    play(con, place, at_risk, first, {"p1": {}, "p2": {}})
    set_scores(con, None)
    (sent,) = play(con, place, at_risk, second, {"p1": {}, "p2": {}})
    assert (sent.add_count, sent.remove_count, sent.member_count) == (0, 0, 1)


def test_a_list_made_of_kept_scores_says_so_and_from_which_day_they_are(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    from ml.score_table import create_tables

    rule = {"column": "churn_decile", "op": ">=", "value": 8}
    at_risk = segment(rule=rule, requires_score="churn", destinations=["files"])
    plain = segment("everybody", destinations=["files"])
    (night,) = nights(1)
    set_consent(con, ["p1"])
    set_scores(con, {"p1": 9})
    create_tables(con)
    con.execute(
        "insert into ml.score_night (question, as_of_on, scored_on, status, verdict)"
        " values ('churn', ?, ?, 'kept', 'drift 0.400 above 0.25: the last good scores are kept')",
        [night, night - timedelta(days=3)],
    )
    play(con, place, [at_risk, plain], night, {"p1": {}})
    told = json.loads((folder(place, night) / "manifest.json").read_text())["scores"]
    assert told["status"] == "kept" and "drift" in told["verdict"]
    assert told["scored_on"] == (night - timedelta(days=3)).isoformat()
    beside = json.loads((folder(place, night, "everybody") / "manifest.json").read_text())
    assert beside["scores"] is None
