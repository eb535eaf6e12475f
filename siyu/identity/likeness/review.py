"""The review queue as an operator works on it: what is open, and answers as decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from siyu.errors import ConfigError
from siyu.identity.decisions.decide import draft, newest_load
from siyu.identity.decisions.decisions import (
    Decision,
    Identifier,
    Kind,
    Suggestion,
    read_decisions,
    standing,
)
from siyu.identity.likeness.suggest import BANDS

_SHOWN = (
    "suggestion_id, person_id, other_person_id, probability, band, agreement, evidence,"
    " other_evidence, status, reason, actor, weight, model_version"
)
_HELD = """
select b.person_id, b.id_type, b.scope, b.value_key, t.max_per_person
from identity.bridge_identity as b
inner join raw.identifier_type as t on b.id_type = t.id_type
where b.person_id in (select unnest($people))
order by b.person_id, t.priority, b.scope, b.value_key
"""


_NAMED = """
select b.id_type, b.scope, b.value_key, b.person_id from named_identifier as n
inner join identity.bridge_identity as b
    on n.id_type = b.id_type and n.scope = b.scope and n.value_key = b.value_key
where b.person_id is not null
"""


@dataclass(frozen=True)
class QueueEntry:
    """One suggestion as the queue shows it; probabilities as of the last night."""

    suggestion_id: str
    person_id: str
    other_person_id: str
    probability: float
    band: str
    agreement: str
    evidence: str
    other_evidence: str
    status: str
    reason: str | None
    actor: str | None
    weight: float
    model_version: str

    @property
    def people(self) -> tuple[str, str]:
        return self.person_id, self.other_person_id


@dataclass(frozen=True)
class Answer:
    """Decisions to keep, and the suggestions left open because answering all would mix people."""

    decisions: tuple[Decision, ...]
    left_open: tuple[str, ...]


def read_queue(con: duckdb.DuckDBPyConnection, decisions: Path) -> list[QueueEntry]:
    """All suggestions, the most probable first; what was answered since the last night is not open.

    Raises ConfigError when no night has filled the queue.
    """
    try:
        rows = con.execute(
            f"select {_SHOWN} from identity.review_queue order by probability desc, suggestion_id"
        ).fetchall()
    except duckdb.CatalogException:
        raise ConfigError("there is no review queue yet: run `siyu run` first") from None
    answered = {
        one.suggestion.suggestion_id: "accepted" if one.kind == "merge" else "rejected"
        for one in read_decisions(decisions)
        if one.suggestion
    }
    entries = [QueueEntry(*row) for row in rows]
    return [
        QueueEntry(**{**e.__dict__, "status": answered[e.suggestion_id]})
        if e.status == "open" and e.suggestion_id in answered
        else e
        for e in entries
    ]


def choose(
    queue: Sequence[QueueEntry],
    ids: Sequence[str],
    band: str | None,
    min_probability: float | None,
) -> list[QueueEntry]:
    """The open suggestions that are meant: by number, or all of a band or above a probability.

    Raises ConfigError when nothing or something unknown, or decided, is named.
    """
    if bool(ids) == (band is not None or min_probability is not None):
        raise ConfigError(
            "name suggestions (siyu review list shows their ids), or say --band or --min-probability"
        )
    if band is not None and band not in BANDS:
        raise ConfigError(f"--band {band!r} is not one of {', '.join(BANDS)}")
    if min_probability is not None and not min(BANDS.values()) <= min_probability <= 1:
        raise ConfigError(
            f"--min-probability must lie between {min(BANDS.values())} and 1: less probable pairs are"
            " not suggested"
        )
    by_id = {e.suggestion_id: e for e in queue}
    for one in ids:
        if one not in by_id:
            raise ConfigError(f"{one!r} is no suggestion: siyu review list shows them")
        if by_id[one].status != "open":
            raise ConfigError(
                f"{one} is {by_id[one].status} already: siyu person merge|split|keep-apart changes it"
            )
    if ids:
        return [by_id[one] for one in dict.fromkeys(ids)]
    return [
        e
        for e in queue
        if e.status == "open"
        and (band is None or e.band == band)
        and (min_probability is None or e.probability >= min_probability)
    ]


def answer(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    chosen: Sequence[QueueEntry],
    reason: str,
    actor: str,
    in_bulk: bool,
    made_before: Sequence[Decision] = (),
) -> Answer:
    """Decisions that accept (`merge`) or reject (`keep_apart`) suggestions, the surest first.

    Two right answers can be wrong together: in bulk, a merge that would give one person more of an
    identifier than identity.yml allows, by way of merges before it, is left open. Merges of
    `made_before` that no night has carried out yet count with them.
    Raises ConfigError without a reason, or when a night has moved the people meanwhile.
    """
    pending = _pending(con, made_before)
    held = _held(con, sorted({p for pair in (*pending, *(e.people for e in chosen)) for p in pair}))
    after = newest_load(con)
    groups = _Groups(held)
    for pair in pending:
        groups.join(*pair)
    kept, left_open = [], []
    for entry in chosen:
        if kind == "merge" and in_bulk and not groups.join(*entry.people):
            left_open.append(entry.suggestion_id)
            continue
        left, right = ([i for i, _ in held[p]] for p in entry.people)
        decision = draft(kind, left, right, reason, actor, after)
        kept.append(decision.model_copy(update={"suggestion": _shown(entry, in_bulk)}))
    return Answer(tuple(kept), tuple(left_open))


def _shown(entry: QueueEntry, in_bulk: bool) -> Suggestion:
    names = set(Suggestion.model_fields) - {"in_bulk"}
    return Suggestion(in_bulk=in_bulk, **{n: getattr(entry, n) for n in names})


def _pending(
    con: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]
) -> list[tuple[str, str]]:
    """People of today that standing merges will have joined by tomorrow."""
    links = standing(decisions).links
    if not links:
        return []
    named = sorted({i for link in links for i in (*link.left, *link.right)})
    parts = {n: [i[k] for i in named] for k, n in enumerate(("id_type", "scope", "value_key"))}
    con.register("named_identifier", pa.table(parts))
    person = {(r[0], r[1], r[2]): r[3] for r in con.execute(_NAMED).fetchall()}
    con.unregister("named_identifier")
    pairs = {
        (person[ours], person[theirs])
        for link in links
        if (ours := next((i for i in link.left if i in person), None))
        and (theirs := next((i for i in link.right if i in person), None))
    }
    return sorted(pair for pair in pairs if pair[0] != pair[1])


_Held = dict[str, list[tuple[Identifier, int | None]]]


def _held(con: duckdb.DuckDBPyConnection, people: list[str]) -> _Held:
    """Each person's identifiers with their limit, the strongest first."""
    found: _Held = {person: [] for person in people}
    for person, id_type, scope, key, most in con.execute(_HELD, {"people": people}).fetchall():
        found[person].append(((id_type, scope, key), most))
    gone = [person for person, ids in found.items() if not ids]
    if gone:
        raise ConfigError(
            f"{gone[0]} is nobody any more: run `siyu run`, then list the queue again"
        )
    return found


@dataclass
class _Groups:
    """People as they would be joined, with how many of each limited identifier they would hold."""

    held: _Held
    root: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)
    limits: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person, ids in self.held.items():
            self.root[person] = person
            own = self.counts.setdefault(person, {})
            for (id_type, scope, _), most in ids:
                if most is not None:
                    own[id_type, scope] = own.get((id_type, scope), 0) + 1
                    self.limits[id_type, scope] = most

    def _top(self, person: str) -> str:
        while self.root[person] != person:
            person = self.root[person]
        return person

    def join(self, one: str, other: str) -> bool:
        """Join two people unless a limit stands against it; says whether they are joined."""
        a, b = self._top(one), self._top(other)
        if a == b:
            return True
        both = {
            kind: self.counts[a].get(kind, 0) + self.counts[b].get(kind, 0)
            for kind in {*self.counts[a], *self.counts[b]}
        }
        if any(n > self.limits[kind] for kind, n in both.items()):
            return False
        self.root[b], self.counts[a] = a, both
        return True
