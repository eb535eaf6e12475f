"""The part of the state that a step solves again: its identifiers, links and standing decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from siyu.identity.decisions.decisions import Identifier, Standing
from siyu.identity.solve.graph import Apart, Flags, Graph, Groups, Hashes, Ints, Merge, build_groups

NOBODY = np.uint64(np.iinfo(np.uint64).max)  # stands for null where numpy has none


@dataclass(frozen=True)
class Part:
    """The touched part of the state: node numbers by position, and how they stood before."""

    node_id: Ints
    component: Ints  # -1: new
    person: Hashes
    is_new: Flags
    graph: Graph


def read_groups(con: duckdb.DuckDBPyConnection) -> tuple[Groups, Ints]:
    """The groups, and where each group_id stands in them."""
    rows = con.execute(
        "select group_id, id_type, scope from identity_state.id_group order by group_id"
    ).fetchall()
    rules = con.execute("select * from raw.identifier_type order by priority").df()
    position = np.zeros(max((r[0] for r in rows), default=0) + 1, dtype=np.int16)
    for place, row in enumerate(rows):
        position[row[0]] = place
    return build_groups([(r[1], r[2]) for r in rows], rules), position


_DAY = "coalesce(date_diff('day', date '1970-01-01', n.first_seen_at::date), 0)::integer"
_NODE = """
select n.node_id, n.group_id, n.key_hash, n.first_load_seq, {day} as day,
    {shared} as shared, {component} as component, {person} as person, {is_new} as is_new
from identity_state.node as n
"""
_FIRST_NODES = """
select n.node_id, n.group_id, n.key_hash, {day} as day from identity_state.node as n
"""
_NEW = {"shared": "false", "component": "-1", "person": f"{NOBODY}::ubigint", "is_new": "true"}
_OLD = {
    "shared": "m.shared_load_seq is not null",
    "component": "m.component",
    "person": f"coalesce(m.person, {NOBODY}::ubigint)",
    "is_new": "false",
}
_NEW_NODES = (
    _NODE.format(day=_DAY, **_NEW)
    + "where n.node_id > coalesce((select max(node_id) from identity_state.membership), -1)"
)
# Some memberships, chosen before they are joined to the nodes, which are as many.
_OLD_NODES = (
    "with m as materialized (select * from identity_state.membership where {chosen})"
    + _NODE.format(day=_DAY, **_OLD)
    + "inner join m on n.node_id = m.node_id"
)
_TOUCHED_NODES = _OLD_NODES.format(chosen="component in (select component from touched)")
_FAR_NODES = _OLD_NODES.format(chosen="node_id in (select node_id from far_node)")
# A case, as DuckDB's greatest takes many times as long.
_LINK = """
select p.anchor_id as a, p.node_id as b,
    case when p.anchor_trust > p.trust then p.anchor_trust else p.trust end as trust
from identity_state.pair as p {joins}
where p.node_id <> p.anchor_id and p.anchor_trust < 3 and p.trust < 3
"""
_ALL_LINKS = _LINK.format(joins="")
# Links of the part: both ends in it, or one of them shared. What only describes (a remark number) may
# stand in records of other people, and must not draw one end of those into the part alone.
_PART_LINKS = (
    """
with reached as (
    select node_id, bool_or(is_part) as is_part
    from (
        select node_id, true as is_part from part_node
        union all
        select node_id, false from identity_state.membership where shared_load_seq is not null
    ) group by node_id
)
"""
    + _LINK.format(
        joins="inner join reached as a on p.anchor_id = a.node_id"
        " inner join reached as b on p.node_id = b.node_id"
    )
    + "and (a.is_part or b.is_part)"
)


def read_part(
    con: duckdb.DuckDBPyConnection,
    groups: Groups,
    position: Ints,
    load_seq: int,
    decided: Standing,
    is_first: bool,
) -> Part:
    if is_first:
        nodes = _first_nodes(con, load_seq, bool(groups.window_days.any()))
        node_id = nodes["node_id"]
        links = con.execute(_ALL_LINKS).to_arrow_table()
    else:
        nodes = _in_order(con.execute(f"{_NEW_NODES} union all ({_TOUCHED_NODES})").fetchnumpy())
        node_id = nodes["node_id"]
        con.register("part_node", pa.table({"node_id": pa.array(node_id, pa.int32())}))
        links = con.execute(_PART_LINKS).to_arrow_table()
        con.unregister("part_node")
    a, b, trust = (links.column(name).to_numpy() for name in ("a", "b", "trust"))
    if not is_first:
        nodes, node_id = _with_far_ends(con, nodes, node_id, a, b)
        a, b = np.searchsorted(node_id, a), np.searchsorted(node_id, b)
    group = position[nodes["group_id"]]
    if not groups.joins.all():
        joins = groups.joins[group]
        linking = joins[a] & joins[b]
        a, b, trust = a[linking], b[linking], trust[linking]
    shared = nodes["shared"].astype(bool)
    placed = _place_decisions(con, decided, node_id)
    graph = Graph(
        groups=groups,
        born=nodes["first_load_seq"],
        key_hash=nodes["key_hash"].astype(np.uint64, copy=False),
        group=group,
        day=nodes["day"],
        shared=shared.copy(),
        a=a,
        b=b,
        trust=trust,
        aparts=placed.aparts,
        merges=placed.merges,
    )
    return Part(
        node_id,
        nodes["component"],
        nodes["person"].astype(np.uint64, copy=False),
        nodes["is_new"].astype(bool, copy=False),
        graph,
    )


def _first_nodes(
    con: duckdb.DuckDBPyConnection, load_seq: int, with_days: bool
) -> dict[str, np.ndarray]:
    """The nodes of a first load, numbered from 0: all new, so most of it need not be read."""
    found = con.execute(_FIRST_NODES.format(day=_DAY if with_days else "0")).to_arrow_table()
    size, spot = len(found), found.column("node_id")
    placed = {}
    for name in ("group_id", "key_hash", "day"):
        values = found.column(name)
        placed[name] = np.empty(size, dtype=values.type.to_pandas_dtype())
        for where, chunk in zip(spot.chunks, values.chunks, strict=True):
            placed[name][where.to_numpy()] = chunk.to_numpy()
    same = {
        "first_load_seq": np.int32(load_seq),
        "shared": np.False_,
        "component": np.int32(-1),
        "person": NOBODY,
        "is_new": np.True_,
    }
    return {
        "node_id": np.arange(size, dtype=np.int32),
        **placed,
        **{name: np.broadcast_to(value, size) for name, value in same.items()},
    }


def _with_far_ends(
    con: duckdb.DuckDBPyConnection, nodes: dict[str, np.ndarray], node_id: Ints, a: Ints, b: Ints
) -> tuple[dict[str, np.ndarray], Ints]:
    """The part with the shared identifiers that its links lead to: neighbours, never joined."""
    known = np.isin(np.concatenate([a, b]), node_id)
    far = np.unique(np.concatenate([a, b])[~known])
    if not len(far):
        return nodes, node_id
    con.register("far_node", pa.table({"node_id": pa.array(far, pa.int32())}))
    more = con.execute(_FAR_NODES).fetchnumpy()
    con.unregister("far_node")
    joined = _in_order({n: np.concatenate([v, np.asarray(more[n])]) for n, v in nodes.items()})
    return joined, joined["node_id"]


def _in_order(nodes: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Node columns by node number."""
    node_id = np.asarray(nodes["node_id"])
    if not len(node_id) or (node_id[1:] > node_id[:-1]).all():
        return {name: np.asarray(values) for name, values in nodes.items()}
    order = np.argsort(node_id, kind="stable")
    return {name: np.asarray(values)[order] for name, values in nodes.items()}


@dataclass(frozen=True)
class Placed:
    """Decisions as positions in the part; those about other people are left out."""

    merges: tuple[Merge, ...] = ()
    aparts: tuple[Apart, ...] = ()


def _place_decisions(con: duckdb.DuckDBPyConnection, decided: Standing, node_id: Ints) -> Placed:
    named = [i for m in decided.links for side in (m.left, m.right) for i in side]
    named += [i for k in decided.aparts for side in (k.left, k.right) for i in side]
    if not named:
        return Placed()
    where = find_nodes(con, named)
    spot = {i: int(np.searchsorted(node_id, n)) for i, n in where.items()}
    here = {i: p for i, p in spot.items() if p < len(node_id) and node_id[p] == where[i]}
    merges = [
        Merge(*(np.array([here[i] for i in side if i in here], np.int64) for side in sides))
        for sides in ((m.left, m.right) for m in decided.links)
    ]
    aparts = []
    for kept in decided.aparts:
        left, right = (
            sorted(here[i] for i in side if i in here) for side in (kept.left, kept.right)
        )
        if left and right:
            aparts.append(
                Apart(kept.decision_id, np.array(left, np.int64), np.array(right, np.int64))
            )
    return Placed(tuple(m for m in merges if len(m.left) and len(m.right)), tuple(aparts))


def find_nodes(
    con: duckdb.DuckDBPyConnection, named: Sequence[Identifier]
) -> dict[Identifier, int]:
    """Node numbers of identifiers; what the state does not know is left out."""
    distinct = sorted(set(named))
    columns = ("id_type", "scope", "value_key")
    table = pa.table(
        {c: pa.array([i[n] for i in distinct], pa.string()) for n, c in enumerate(columns)}
    )
    con.register("named_identifier", table)
    rows = con.execute(
        "select i.id_type, i.scope, i.value_key, n.node_id from named_identifier as i"
        " inner join identity_state.id_group as g on i.id_type = g.id_type and i.scope = g.scope"
        " inner join identity_state.node as n"
        " on n.group_id = g.group_id and n.value_key = i.value_key"
    ).fetchall()
    con.unregister("named_identifier")
    return {(r[0], r[1], r[2]): int(r[3]) for r in rows}
