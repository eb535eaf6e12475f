"""Why a person is who they are: identifiers, refused links and history, never a readable value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import duckdb


@dataclass(frozen=True)
class HeldIdentifier:
    """One identifier of the person."""

    id_type: str
    scope: str
    value_key: str
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    record_count: int


@dataclass(frozen=True)
class RefusedLink:
    """A link from one of the person's identifiers that was not followed."""

    id_type: str
    value_key: str
    other_type: str
    other_key: str
    other_person_id: str | None
    reason: str
    evidence_count: int
    decided_load_seq: int


@dataclass(frozen=True)
class Change:
    """One row of the person's history; `person_id` survives a merge or holds a split part."""

    person_id: str
    change: str
    other_person_id: str | None
    cause: str
    load_seq: int
    as_of_on: date | None


@dataclass(frozen=True)
class PersonDetail:
    """Everything identity knows about one person; all empty when the id is unknown."""

    person_id: str
    identifiers: tuple[HeldIdentifier, ...]
    refused: tuple[RefusedLink, ...]
    history: tuple[Change, ...]


_IDENTIFIERS = """
select id_type, scope, value_key, first_seen_at, last_seen_at, record_count
from identity.bridge_identity where person_id = ?
order by first_load_seq, id_type, scope, value_key
"""
_REFUSED = """
with side as (
    select a_type, a_scope, a_key, b_type, b_scope, b_key, reason, evidence_count, decided_load_seq
    from identity.link_decision
    union all
    select b_type, b_scope, b_key, a_type, a_scope, a_key, reason, evidence_count, decided_load_seq
    from identity.link_decision
)
select side.a_type, side.a_key, side.b_type, side.b_key, other.person_id, side.reason,
    side.evidence_count, side.decided_load_seq
from side
inner join identity.bridge_identity as own
    on side.a_type = own.id_type and side.a_scope = own.scope and side.a_key = own.value_key
left join identity.bridge_identity as other
    on side.b_type = other.id_type and side.b_scope = other.scope and side.b_key = other.value_key
where own.person_id = ?
order by side.decided_load_seq, side.a_type, side.a_key, side.b_type, side.b_key
"""
_HISTORY = """
select person_id, change, other_person_id, cause, load_seq, as_of_on
from identity.person_history where person_id = ? or other_person_id = ?
order by load_seq, change, person_id, other_person_id
"""


def person_detail(con: duckdb.DuckDBPyConnection, person_id: str) -> PersonDetail:
    """The person's identifiers, refused links and history from the warehouse's identity schema."""
    identifiers = con.execute(_IDENTIFIERS, [person_id]).fetchall()
    refused = con.execute(_REFUSED, [person_id]).fetchall()
    history = con.execute(_HISTORY, [person_id, person_id]).fetchall()
    return PersonDetail(
        person_id=person_id,
        identifiers=tuple(HeldIdentifier(*row) for row in identifiers),
        refused=tuple(RefusedLink(*row) for row in refused),
        history=tuple(Change(*row) for row in history),
    )
