"""The hour to write: a person's own where there is enough of it, the segment's where there is not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd

from ml.action.send_hour import best_hours, train_send_hour

AS_OF = date(2026, 8, 17)


def _shop(own_hour: bool) -> duckdb.DuckDBPyConnection:
    """Eighty people, two visits a week for half a year; each at an hour of their own, or at any."""
    draw = np.random.default_rng(2)
    rows = []
    for person in range(80):
        for visit in range(52):
            hour = person % 24 if own_hour else int(draw.integers(0, 24))
            day = datetime(AS_OF.year, AS_OF.month, AS_OF.day) - timedelta(days=visit * 3.5)
            rows.append((f"p{person:02d}", day.replace(hour=0) + timedelta(hours=hour - 8)))
    con = duckdb.connect()
    con.execute("create schema core")
    con.register("made", pd.DataFrame(rows, columns=["person_id", "event_at"]))
    con.execute("create table core.fct_event as select * from made")
    con.execute("create table core.fct_order (person_id varchar, ordered_at timestamp)")
    con.execute("create table core.fct_message (person_id varchar, opened_at timestamp)")
    return con


def test_few_activities_lean_on_the_segment_and_many_stand_alone() -> None:
    counts = np.zeros((3, 24))
    counts[0, 20], counts[1, 3], counts[2, 3] = 500, 1, 50
    own, of_segment, everybody = best_hours(counts, np.array([True, True, True]), 30.0)
    assert of_segment.tolist() == [19, 19, 19]
    assert everybody == 19
    assert abs(int(own[1]) - 20) <= 1
    assert abs(int(own[2]) - 3) <= 1


def test_midnight_is_a_neighbour_of_both_sides() -> None:
    counts = np.zeros((1, 24))
    counts[0, 23] = counts[0, 1] = 5
    own, _, _ = best_hours(counts, np.array([False]), 0.001)
    assert own.tolist() == [0]


def test_hours_of_their_own_are_found_and_published() -> None:
    outcome = train_send_hour(_shop(own_hour=True), AS_OF)
    assert outcome.verdict.is_published, outcome.verdict.reason
    assert outcome.rows is not None
    wanted = outcome.rows["person_id"].str[1:].astype(int) % 24
    gap = (outcome.rows["send_hour"] - wanted).abs()
    assert ((gap <= 1) | (gap >= 23)).all()


def test_hours_of_chance_are_not_published() -> None:
    outcome = train_send_hour(_shop(own_hour=False), AS_OF)
    assert outcome.rows is None
    assert outcome.verdict.reason.startswith("not published: activity within an hour")
