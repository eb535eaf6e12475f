"""What a segment would take, and what a night changed in it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from siyu.segments.compile import compile_segment
from siyu.segments.definition import Segment
from siyu.segments.holdout import is_held_out
from siyu.segments.input_view import input_sql

SAMPLE = 5


@dataclass(frozen=True)
class Preview:
    """Size by the rule as it stands now; the sample is the first ids in order."""

    size: int
    held_out: int
    sample: tuple[str, ...]


@dataclass(frozen=True)
class Diff:
    """Who entered and left on one night."""

    entered: int
    left: int
    entered_sample: tuple[str, ...]
    left_sample: tuple[str, ...]


def preview_segment(con: duckdb.DuckDBPyConnection, segment: Segment, as_of: date) -> Preview:
    """How many people the rule takes today, before consent and holdout."""
    rows = con.execute(
        f"select person_id from (select person_id, ({compile_segment(segment, as_of)}) as is_in "
        f"from ({input_sql(con)})) where is_in order by person_id"
    ).fetchall()
    people = [row[0] for row in rows]
    held = sum(is_held_out(segment.drawn_by, person, segment.holdout_share) for person in people)
    return Preview(len(people), held, tuple(people[:SAMPLE]))


def diff_segment(con: duckdb.DuckDBPyConnection, segment: Segment, as_of: date) -> Diff:
    """Entered and left on the night of `as_of`."""

    def moved(column: str) -> list[str]:
        return [
            row[0]
            for row in con.execute(
                "select person_id from activation.segment_membership "
                f"where segment_id = ? and {column} = ? order by person_id",
                [segment.id, as_of],
            ).fetchall()
        ]

    entered, left = moved("entered_on"), moved("left_on")
    return Diff(len(entered), len(left), tuple(entered[:SAMPLE]), tuple(left[:SAMPLE]))
