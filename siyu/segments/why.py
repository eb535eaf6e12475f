"""Why a person is, or is not, in a segment and on its lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from siyu.errors import ConfigError
from siyu.privacy.consent import consented_sql
from siyu.segments.columns import PERSON_360, SCORES
from siyu.segments.compile import compile_condition, compile_segment, sql_parts
from siyu.segments.definition import Segment, conditions
from siyu.segments.holdout import is_held_out
from siyu.segments.input_view import has_table, input_sql, scores_present
from siyu.segments.used import needed_scores

_SCORE_SOURCES = {c.name: c.lineage for columns in SCORES.values() for c in columns}


@dataclass(frozen=True)
class ConditionVerdict:
    """One condition: its place in the definition, the column's value and whether it holds."""

    place: str
    condition: str
    source: str
    value: object
    holds: bool


@dataclass(frozen=True)
class Explanation:
    """`spans`: (entered_on, left_on) of each stay. `consented` is None when none is asked for."""

    segment_id: str
    person_id: str
    conditions: tuple[ConditionVerdict, ...]
    satisfies: bool
    consented: bool | None
    held_out: bool
    spans: tuple[tuple[date, date | None], ...]
    verdict: str


def explain_membership(
    con: duckdb.DuckDBPyConnection, segment: Segment, person_id: str, as_of: date
) -> Explanation:
    """Every condition with value, verdict and source. Raises ConfigError: unknown person."""
    tests = list(_tests(segment, as_of))
    asked = "".join(f", {t.value} as v{n}, ({t.test}) as t{n}" for n, t in enumerate(tests))
    # The window of a top share must see everybody, so the person is picked outside.
    rows = con.execute(
        f"select * from (select person_id, ({compile_segment(segment, as_of)}) as satisfies{asked} "
        f"from ({input_sql(con)})) where person_id = ?",
        [person_id],
    ).fetchall()
    if not rows:
        raise ConfigError("no such person: look the id up in core.dim_person")
    row = rows[0]
    verdicts = tuple(
        ConditionVerdict(t.place, t.condition, t.source, row[2 + 2 * n], bool(row[3 + 2 * n]))
        for n, t in enumerate(tests)
    )
    consented = None
    if segment.consent is not None:
        found = con.execute(
            f"select {consented_sql('p.person_id')} from (select ? as person_id) as p",
            [segment.consent.purpose, segment.consent.channel, person_id],
        ).fetchall()
        consented = bool(found[0][0])
    spans = []
    if has_table(con, "activation.segment_membership"):
        spans = con.execute(
            "select entered_on, left_on from activation.segment_membership "
            "where segment_id = ? and person_id = ? order by entered_on",
            [segment.id, person_id],
        ).fetchall()
    held_out = is_held_out(segment.drawn_by, person_id, segment.holdout_share)
    missing = _missing_score(con, segment)
    is_member = bool(row[1]) if missing is None else bool(spans) and spans[-1][1] is None
    return Explanation(
        segment.id, person_id, verdicts, bool(row[1]), consented, held_out,
        tuple(spans), _verdict(is_member, consented, held_out, missing),
    )  # fmt: skip


@dataclass(frozen=True)
class _Test:
    """One condition as SQL for showing and for judging, and the SQL of the value that it judges."""

    place: str
    condition: str
    test: str
    source: str
    value: str


def _tests(segment: Segment, as_of: date) -> Iterator[_Test]:
    """The parts of the predicate and every condition of the rule and the exclusion."""
    parts = sql_parts(segment.sql, as_of) if segment.sql else []
    for n, (part, test, columns) in enumerate(parts):
        values = ", ".join(f"'{name}': \"{name}\"" for name in columns)
        value = f'"{columns[0]}"' if len(columns) == 1 else f"{{{values}}}" if columns else "null"
        yield _Test(f"sql[{n}]", part, test, ", ".join(map(_source, columns)), value)
    for kind in ("rule", "exclude"):
        node = getattr(segment, kind)
        for place, condition in conditions(node, kind) if node is not None else ():
            name = condition.column
            shown = compile_condition(condition, as_of)
            yield _Test(place, shown, shown, _source(name), f'"{name}"')


def _source(column: str) -> str:
    return _SCORE_SOURCES.get(column, f"{PERSON_360}.{column}")


def _missing_score(con: duckdb.DuckDBPyConnection, segment: Segment) -> str | None:
    missing = needed_scores(segment) - scores_present(con)
    return " and ".join(sorted(missing)) or None


def _verdict(
    is_member: bool, consented: bool | None, held_out: bool, missing_score: str | None
) -> str:
    if not is_member:
        said = "not a member"
    elif consented is False:
        said = "a member, not published: no consent"
    else:
        said = "a member, not published: holdout" if held_out else "a member, published"
    if missing_score is None:
        return said
    return f"{said}; {missing_score} scores are missing, so members stay and nobody enters"
