"""What a segment reads: the columns it names, and so the scores it cannot do without."""

from __future__ import annotations

import sqlglot

from siyu.segments.columns import SCORES
from siyu.segments.definition import Segment, conditions


def used_columns(segment: Segment) -> set[str]:
    """The names of all columns that a rule, exclusion or SQL predicate reads."""
    names = {
        condition.column
        for part in ("rule", "exclude")
        if (node := getattr(segment, part)) is not None
        for _, condition in conditions(node, part)
    }
    if segment.sql is not None:
        for tree in sqlglot.parse(segment.sql, dialect="duckdb"):
            names |= {c.name for c in tree.find_all(sqlglot.exp.Column)} if tree else set()
    return names - {"as_of"}


def read_scores(segment: Segment) -> set[str]:
    """Every score of which the segment reads a column."""
    used = used_columns(segment)
    return {score for score, columns in SCORES.items() if used & {c.name for c in columns}}


def needed_scores(segment: Segment) -> set[str]:
    """Every score that membership rests on: those of its columns and the one it declares."""
    return read_scores(segment) | ({segment.requires_score} if segment.requires_score else set())
