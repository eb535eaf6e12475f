"""Who is in which segment since when: one pass over the people, one transaction a night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from siyu.errors import PermanentFailure
from siyu.privacy.consent import CONSENT_TABLE, consented_sql
from siyu.segments.compile import compile_segment
from siyu.segments.definition import Segment
from siyu.segments.holdout import holdout_sql
from siyu.segments.input_view import (
    has_table,
    prepare_activation,
    require_as_of,
    scores_present,
)
from siyu.segments.used import needed_scores

Segments = Mapping[str, Segment] | Iterable[Segment]


@dataclass(frozen=True)
class SegmentResult:
    """One segment's night. `score_missing`: the score it needs is absent, so nobody entered."""

    segment_id: str
    size: int
    entered: int
    left: int
    held_out: int
    without_consent: int
    score_missing: bool


def as_list(segments: Segments) -> list[Segment]:
    """The segments in the order of their ids, however they were given."""
    found = segments.values() if isinstance(segments, Mapping) else segments
    return sorted(found, key=lambda segment: segment.id)


def evaluate_segments(
    con: duckdb.DuckDBPyConnection, segments: Segments, as_of: date
) -> list[SegmentResult]:
    """Bring activation.segment_membership to this night; the same night again changes nothing.

    A segment no longer configured loses all its members. A segment whose score is missing keeps
    those members who still exist. Raises PermanentFailure for a night before the newest one.
    """
    wanted = as_list(segments)
    con.execute("begin")
    try:
        prepare_activation(con)
        require_as_of(con, as_of)
        _refuse_the_past(con, as_of)
        _undo_night(con, as_of)
        present = scores_present(con)
        held = {s.id for s in wanted if needed_scores(s) - present}
        _compute_members(con, [s for s in wanted if s.id not in held], held, as_of)
        _apply(con, as_of)
        results = [_count(con, segment, as_of, segment.id in held) for segment in wanted]
        con.execute("drop table siyu_members")
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return results


def _refuse_the_past(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    newest = con.execute("select max(as_of_on) from activation.segment_night").fetchall()[0][0]
    if newest is not None and as_of < newest:
        raise PermanentFailure(
            f"segments for {as_of}: {newest} is already applied and membership only moves on; "
            "repeat an earlier night in a data folder of its own"
        )


def _undo_night(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    con.execute("delete from activation.segment_membership where entered_on = ?", [as_of])
    con.execute(
        "update activation.segment_membership set left_on = null where left_on = ?", [as_of]
    )
    con.execute("delete from activation.segment_night where as_of_on = ?", [as_of])


def _compute_members(
    con: duckdb.DuckDBPyConnection, wanted: list[Segment], held: set[str], as_of: date
) -> None:
    con.execute("create or replace temp table siyu_members (segment_id varchar, person_id varchar)")
    if wanted:
        names = ", ".join(f"'{segment.id}'" for segment in wanted)
        tests = ", ".join(f"({compile_segment(segment, as_of)})" for segment in wanted)
        con.execute(
            "insert into siyu_members with judged as (select person_id, "
            f"unnest([{names}]) as segment_id, unnest([{tests}]) as is_member "
            "from activation.segment_input) "
            "select segment_id, person_id from judged where is_member"
        )
    if held:
        con.execute(
            "insert into siyu_members select segment_id, person_id "
            "from activation.segment_membership where left_on is null "
            "and list_contains(?, segment_id) "
            "and person_id in (select person_id from activation.segment_input)",
            [sorted(held)],
        )


def _apply(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    con.execute(
        "create or replace temp table siyu_changes as "
        "select coalesce(n.segment_id, o.segment_id) as segment_id, "
        "coalesce(n.person_id, o.person_id) as person_id, o.person_id is null as is_entry "
        "from siyu_members as n full outer join (select segment_id, person_id "
        "from activation.segment_membership where left_on is null) as o "
        "on o.segment_id = n.segment_id and o.person_id = n.person_id "
        "where n.person_id is null or o.person_id is null"
    )
    con.execute(
        "update activation.segment_membership as m set left_on = ? from siyu_changes as c "
        "where not c.is_entry and m.left_on is null "
        "and m.segment_id = c.segment_id and m.person_id = c.person_id",
        [as_of],
    )
    con.execute(
        "insert into activation.segment_membership select segment_id, person_id, "
        "cast(? as date), null from siyu_changes where is_entry order by segment_id, person_id",
        [as_of],
    )
    con.execute("drop table siyu_changes")


def _count(
    con: duckdb.DuckDBPyConnection, segment: Segment, as_of: date, score_missing: bool
) -> SegmentResult:
    entered, left = con.execute(
        "select count(*) filter (entered_on = ?), count(*) filter (left_on = ?) "
        "from activation.segment_membership where segment_id = ?",
        [as_of, as_of, segment.id],
    ).fetchall()[0]
    consent, parameters = "true", []
    if segment.consent is not None and has_table(con, CONSENT_TABLE):
        consent = consented_sql()
        parameters = [segment.consent.purpose, segment.consent.channel]
    size, held_out, without = con.execute(
        f"select count(*), count(*) filter ({holdout_sql(segment.drawn_by, segment.holdout_share)}), "
        f"count(*) filter (not ({consent})) from siyu_members where segment_id = ?",
        [*parameters, segment.id],
    ).fetchall()[0]
    figures = (size, entered, left, held_out, without, score_missing)
    con.execute(
        "insert into activation.segment_night values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [segment.id, as_of, segment.definition_hash, *figures],
    )
    return SegmentResult(segment.id, *figures)
