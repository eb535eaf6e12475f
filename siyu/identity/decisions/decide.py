"""Turning what an operator says about people into decisions about their identifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from siyu.errors import ConfigError
from siyu.identity.decisions.decisions import Decision, Identifier, Kind
from siyu.identity.decisions.explain import current_person

SHORTEST_PREFIX = 4
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_HELD = """
select b.id_type, b.scope, b.value_key from identity.bridge_identity as b
inner join raw.identifier_type as t on b.id_type = t.id_type
where b.person_id = ? order by t.priority, b.scope, b.value_key
"""


def held_identifiers(con: duckdb.DuckDBPyConnection, person_id: str) -> list[Identifier]:
    """The identifiers of a person (by any id ever published), the strongest first.

    Raises ConfigError when nobody has this id.
    """
    rows = con.execute(_HELD, [current_person(con, person_id)]).fetchall()
    if not rows:
        raise ConfigError(f"nobody has the id {person_id}: see identity.person_alias for known ids")
    return [(r[0], r[1], r[2]) for r in rows]


def pick(held: Sequence[Identifier], word: str) -> Identifier:
    """The identifier that `type:token-prefix` means. Raises ConfigError when it is not just one."""
    id_type, _, prefix = word.partition(":")
    found = [i for i in held if i[0] == id_type and i[2].startswith(prefix)]
    if len(prefix) < SHORTEST_PREFIX or len(found) != 1:
        types = ", ".join(sorted({i[0] for i in held}))
        raise ConfigError(
            f"{word!r} means {len(found)} identifiers of this person; write type:token with at least"
            f" {SHORTEST_PREFIX} characters of the token, as `siyu person show` prints it; types"
            f" here: {types}"
        )
    return found[0]


def newest_load(con: duckdb.DuckDBPyConnection) -> int:
    """The newest load that identity knows."""
    return int(
        con.execute("select max(load_seq) from identity.int_identity__resolution").fetchall()[0][0]
    )


def draft(
    kind: Kind,
    left: Sequence[Identifier],
    right: Sequence[Identifier],
    reason: str,
    actor: str,
    after_load_seq: int,
) -> Decision:
    """A decision as it stands before it is numbered.

    Raises ConfigError without a reason or an actor, with a phone in the reason, or when both sides
    name the same identifier.
    """
    if not reason.strip() or not actor.strip():
        raise ConfigError("a decision needs --reason and --actor: the next reader will ask")
    if _PHONE.search(reason):
        raise ConfigError("--reason holds a phone number: leave personal values out of it")
    if not left or not right or set(left) & set(right):
        raise ConfigError("both sides are one person or one of them is empty: nothing to decide")
    return Decision(
        decision_id="",
        batch="",
        kind=kind,
        left=tuple(left),
        right=tuple(right),
        reason=reason.strip(),
        actor=actor.strip(),
        after_load_seq=after_load_seq,
        decided_at=datetime.now(UTC),
    )
