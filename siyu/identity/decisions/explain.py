"""Why a person is who they are: identifiers, evidence, refused links and history, as tokens."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from siyu.identity.decisions.decisions import Identifier


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
class Evidence:
    """Why two identifiers of the person belong together: records, or a decision."""

    a_type: str
    a_scope: str
    a_key: str
    b_type: str
    b_scope: str
    b_key: str
    trust: str
    evidence_count: int
    first_load_seq: int
    sources: str

    @property
    def ends(self) -> tuple[Identifier, Identifier]:
        return (self.a_type, self.a_scope, self.a_key), (self.b_type, self.b_scope, self.b_key)


@dataclass(frozen=True)
class PersonDetail:
    """Everything identity knows about one person; all empty when the id was never published.

    `asked_for` is the id that was given: an older one stands for the person it became.
    """

    asked_for: str
    person_id: str
    identifiers: tuple[HeldIdentifier, ...]
    evidence: tuple[Evidence, ...]
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


_CURRENT = "select current_person_id from identity.person_alias where person_id = ?"
_EVIDENCE = """
select a_type, a_scope, a_key, b_type, b_scope, b_key, trust, evidence_count, first_load_seq,
    sources
from identity.person_link where person_id = $person
union all
select d.left_type, d.left_scope, d.left_key, d.right_type, d.right_scope, d.right_key, 'decided',
    1, d.after_load_seq, 'decision ' || d.decision_id
from identity.person_decision as d
inner join identity.bridge_identity as a
    on d.left_type = a.id_type and d.left_scope = a.scope and d.left_key = a.value_key
inner join identity.bridge_identity as b
    on d.right_type = b.id_type and d.right_scope = b.scope and d.right_key = b.value_key
where d.kind = 'merge' and a.person_id = $person and b.person_id = $person
order by all
"""


def current_person(con: duckdb.DuckDBPyConnection, person_id: str) -> str:
    """Today's id of a person id of any night; the same id when it was never published."""
    rows = con.execute(_CURRENT, [person_id]).fetchall()
    return str(rows[0][0]) if rows and rows[0][0] else person_id


def person_detail(con: duckdb.DuckDBPyConnection, asked_for: str) -> PersonDetail:
    """The person's identifiers, evidence, refused links and history from the identity schema."""
    person_id = current_person(con, asked_for)
    identifiers = con.execute(_IDENTIFIERS, [person_id]).fetchall()
    evidence = con.execute(_EVIDENCE, {"person": person_id}).fetchall()
    refused = con.execute(_REFUSED, [person_id]).fetchall()
    history = con.execute(_HISTORY, [person_id, person_id]).fetchall()
    return PersonDetail(
        asked_for=asked_for,
        person_id=person_id,
        identifiers=tuple(HeldIdentifier(*row) for row in identifiers),
        evidence=tuple(Evidence(*row) for row in evidence),
        refused=tuple(RefusedLink(*row) for row in refused),
        history=tuple(Change(*row) for row in history),
    )


def evidence_path(
    evidence: Sequence[Evidence], start: Identifier, end: Identifier
) -> list[Evidence] | None:
    """The fewest links that lead from one identifier to another, the best proven of equals.

    None when none do, [] when both are the same.
    """
    near: dict[Identifier, list[tuple[int, Identifier, Evidence]]] = {}
    for link in evidence:
        for one, other in (link.ends, link.ends[::-1]):
            near.setdefault(one, []).append((-link.evidence_count, other, link))
    came_by: dict[Identifier, tuple[Identifier, Evidence] | None] = {start: None}
    queue = deque([start])
    while queue and end not in came_by:
        here = queue.popleft()
        for _, there, link in sorted(near.get(here, []), key=lambda n: n[:2]):
            if there not in came_by:
                came_by[there] = (here, link)
                queue.append(there)
    if end not in came_by:
        return None
    path: list[Evidence] = []
    step = came_by[end]
    while step is not None:
        path.append(step[1])
        step = came_by[step[0]]
    return path[::-1]
