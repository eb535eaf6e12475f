"""What a list must say about the scores it rests on: from which day they are, and why."""

from __future__ import annotations

from datetime import date

import duckdb

from siyu.segments.input_view import has_table


def score_state(
    con: duckdb.DuckDBPyConnection, score: str | None, as_of: date
) -> dict[str, object] | None:
    """Status (scored, kept or empty), day and model of a score on a night; None when the segment
    needs no score. A score whose nights nobody recorded gives the status unknown.
    """
    if score is None:
        return None
    rows = []
    if has_table(con, "ml.score_night"):
        rows = con.execute(
            "select status, scored_on, model_version, verdict from ml.score_night"
            " where question = ? and as_of_on = ?",
            [score, as_of],
        ).fetchall()
    if not rows:
        return {"score": score, "status": "unknown"}
    status, scored_on, version, verdict = rows[0]
    return {
        "score": score,
        "status": status,
        "scored_on": scored_on.isoformat() if scored_on else None,
        "model_version": version,
        "verdict": verdict,
    }
