"""A list that rests on scores says from which day they are, and why they are not tonight's."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from siyu.segments.score_state import score_state

NIGHT = date(2026, 8, 17)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema ml")
    return con


def test_a_segment_without_a_score_says_nothing_of_scores(con: duckdb.DuckDBPyConnection) -> None:
    assert score_state(con, None, NIGHT) is None


def test_a_score_that_no_night_recorded_is_unknown(con: duckdb.DuckDBPyConnection) -> None:
    assert score_state(con, "churn", NIGHT) == {"score": "churn", "status": "unknown"}


def test_kept_scores_are_named_with_their_day_and_reason(con: duckdb.DuckDBPyConnection) -> None:
    from ml.score_table import create_tables

    con.execute("create schema core")
    create_tables(con)
    con.execute(
        "insert into ml.score_night (question, as_of_on, scored_on, status, verdict, model_version)"
        " values ('churn', ?, date '2026-08-10', 'kept', 'drift 0.4 above 0.25', 'v1')",
        [NIGHT],
    )
    assert score_state(con, "churn", NIGHT) == {
        "score": "churn",
        "status": "kept",
        "scored_on": "2026-08-10",
        "model_version": "v1",
        "verdict": "drift 0.4 above 0.25",
    }
