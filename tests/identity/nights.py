"""Records drawn by hand, played night by night through the real state in a warehouse in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pandas as pd

from siyu.identity.decisions.decisions import Decision, Kind
from siyu.identity.state.advance import Advance, Load, advance
from siyu.identity.state.store import person_name
from tests.identity.graphs import TYPES, key

SEEN_ON = "2026-01-01"
COLUMNS = "source, record_key, id_type, scope, value_key, trust, seen_at, load_seq"


@dataclass(frozen=True)
class Record:
    """One record of a source: the identifiers that stand together in it."""

    record_key: str
    names: tuple[str, ...]
    load_seq: int = 1
    trust: str = "high"
    seen_on: str = SEEN_ON


def warehouse(
    hub_limit: int | None = None, window_days: dict[str, int] | None = None
) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema raw; set threads = 1")
    con.execute(
        "create table raw.identifier_observation (source varchar, record_key varchar, id_type"
        " varchar, scope varchar, value_key varchar, trust varchar, seen_at timestamp,"
        " load_seq integer)"
    )
    rules = [
        (t, place, links, limit, hub_limit, (window_days or {}).get(t))
        for t, (place, links, limit) in TYPES.items()
    ]
    con.execute(
        "create table raw.identifier_type (id_type varchar, priority integer, links boolean,"
        " max_per_person integer, hub_limit integer, window_days integer)"
    )
    con.executemany("insert into raw.identifier_type values (?, ?, ?, ?, ?, ?)", rules)
    return con


def observe(con: duckdb.DuckDBPyConnection, records: Iterable[Record]) -> None:
    rows = [
        ("s", r.record_key, *key(name), r.trust, r.seen_on, r.load_seq)
        for r in records
        for name in r.names
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS.split(", "))
    con.register("new_rows", frame)
    con.execute(
        f"insert into raw.identifier_observation select {COLUMNS} from"
        " (select * replace (seen_at::timestamp as seen_at) from new_rows)"
    )
    con.unregister("new_rows")


def play(
    con: duckdb.DuckDBPyConnection, through: int, decisions: Sequence[Decision] = ()
) -> Advance:
    """The night on which load `through` is the newest."""
    return advance(con, [Load(n, f"h{n}") for n in range(1, through + 1)], decisions)


def decide(
    kind: Kind, left: Sequence[str], right: Sequence[str], after: int = 1, number: int = 1
) -> Decision:
    return Decision(
        decision_id=f"d{number:06d}",
        batch=f"b{number:05d}",
        kind=kind,
        left=tuple(key(n) for n in left),
        right=tuple(key(n) for n in right),
        reason="asked at the counter",
        actor="tester",
        after_load_seq=after,
        decided_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def bridge(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(id_type, scope, value_key, person_id, first load, records, shared since), in key order."""
    return con.execute(
        f"select g.id_type, g.scope, n.value_key, {person_name('m.person')}, n.first_load_seq,"
        " n.record_count, m.shared_load_seq from identity_state.node as n"
        " inner join identity_state.membership as m using (node_id)"
        " inner join identity_state.id_group as g using (group_id) order by all"
    ).fetchall()


def clusters(con: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    """The people as sets of values."""
    frame = pd.DataFrame([(r[2], r[3]) for r in bridge(con) if r[3]], columns=["value", "person"])
    return {frozenset(g) for _, g in frame.groupby("person")["value"]}


def history(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(step, load, person, change, other, cause), in order."""
    return con.execute(
        f"select step_no, load_seq, {person_name('person')} as person, change,"
        f" {person_name('other_person')} as other, cause from identity_state.history union all"
        f" select step_no, load_seq, {person_name('person')}, 'new', null, 'first_seen'"
        " from identity_state.founding order by all"
    ).fetchall()


def refused(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(key of one end, key of the other, reason, evidence, load), in order."""
    return con.execute(
        "select a.value_key, b.value_key, r.reason, r.evidence_count, r.decided_load_seq"
        " from identity_state.refused as r"
        " inner join identity_state.node as a on r.a_id = a.node_id"
        " inner join identity_state.node as b on r.b_id = b.node_id order by all"
    ).fetchall()
