"""One step of identity: a load or a batch of decisions touches components; only those are solved.

The caller holds the transaction: a step is in the state whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from siyu.identity.decisions import Identifier, Standing
from siyu.identity.graph import DECIDED, Apart, Flags, Graph, Groups, Hashes, Ints, build_groups
from siyu.identity.history import Changes, describe_changes
from siyu.identity.intake import OBSERVATION, take_in
from siyu.identity.solve import Solved, find_hubs, solve

NOBODY = np.uint64(np.iinfo(np.uint64).max)  # stands for null where numpy has none


@dataclass(frozen=True)
class Part:
    """The touched part of the state: node numbers by position, and how they stood before."""

    node_id: Ints
    component: Ints  # -1: new
    person: Hashes
    is_new: Flags
    graph: Graph


@dataclass(frozen=True)
class StepCount:
    """What a step did, in identifiers."""

    new: int
    solved: int
    changed: int


# A record seen again adds nothing. What touches a component: an old identifier of it in a new pair,
# or first seen earlier than known where a limit counts within a window of days.
_TOUCHED = """
insert into touched
select component from identity_state.membership where node_id in (
    select anchor_id from fresh_pair union all select node_id from fresh_pair
)
union
select m.component from arrival as a
inner join identity_state.node as n on a.node_id = n.node_id
inner join identity_state.membership as m on a.node_id = m.node_id
inner join identity_state.id_group as g on n.group_id = g.group_id
inner join raw.identifier_type as t on g.id_type = t.id_type
where not a.is_new and a.first_seen_at < n.first_seen_at and t.window_days is not null
"""


def load_step(
    con: duckdb.DuckDBPyConnection,
    step_no: int,
    load_seq: int,
    decided: Standing,
    observation: str = OBSERVATION,
) -> StepCount:
    """Bring one load into the state and solve what it touched."""
    is_first = take_in(con, load_seq, observation)
    con.execute("create or replace temp table touched (component integer)")
    if not is_first:
        con.execute(_TOUCHED)
        con.execute(_UPDATE_SEEN)
    count = _solve_touched(con, step_no, load_seq, decided, "link", is_first)
    if not is_first:
        con.execute(
            "drop view arrival; drop table later_arrival; drop table met; drop table fresh_pair"
        )
    return count


def decision_step(
    con: duckdb.DuckDBPyConnection,
    step_no: int,
    load_seq: int,
    decided: Standing,
    named: Sequence[Identifier],
    batch: str,
) -> StepCount:
    """Apply decisions that name some identifiers: their components are solved again."""
    con.execute("create or replace temp table touched (component integer)")
    found = _find(con, named)
    con.register(
        "named_nodes", pa.table({"node_id": pa.array(sorted(set(found.values())), pa.int32())})
    )
    con.execute(
        "insert into touched select distinct component from identity_state.membership"
        " where node_id in (select node_id from named_nodes)"
    )
    con.unregister("named_nodes")
    return _solve_touched(con, step_no, load_seq, decided, f"decision:{batch}", False)


def _solve_touched(
    con: duckdb.DuckDBPyConnection,
    step_no: int,
    load_seq: int,
    decided: Standing,
    cause: str,
    is_first: bool,
) -> StepCount:
    groups, position = _groups(con)
    part = _read_part(con, groups, position, load_seq, decided, is_first)
    hubs = find_hubs(part.graph)
    graph = part.graph
    if hubs.any():
        graph.shared[hubs] = True
    solved = solve(graph)
    component = _component_numbers(part.node_id, solved.component)
    person = np.where(solved.names, solved.founder, NOBODY)
    changed = ~part.is_new & ((component != part.component) | (person != part.person) | hubs)
    _write_membership(con, part, component, person, hubs, changed, load_seq)
    changes = describe_changes(part.person, person, graph.key_hash, hubs, NOBODY, cause)
    _write_history(con, changes, step_no, load_seq)
    _write_refused(con, part, solved, load_seq, is_first)
    moved = changed & (person != part.person)
    count = StepCount(int(part.is_new.sum()), len(part.node_id), int(moved.sum()))
    con.execute("drop table touched")
    return count


def _groups(con: duckdb.DuckDBPyConnection) -> tuple[Groups, Ints]:
    """The groups, and where each group_id stands in them."""
    rows = con.execute(
        "select group_id, id_type, scope from identity_state.id_group order by group_id"
    ).fetchall()
    rules = con.execute("select * from raw.identifier_type order by priority").df()
    position = np.zeros(max((r[0] for r in rows), default=0) + 1, dtype=np.int64)
    for place, row in enumerate(rows):
        position[row[0]] = place
    return build_groups([(r[1], r[2]) for r in rows], rules), position


_NODE = """
select n.node_id, n.group_id, n.key_hash, n.first_load_seq,
    coalesce(date_diff('day', date '1970-01-01', n.first_seen_at::date), 0)::integer as day,
    {shared} as shared, {component} as component, {person} as person, {is_new} as is_new
from identity_state.node as n
"""
_NEW_NODES = (
    _NODE.format(shared="false", component="-1", person=f"{NOBODY}::ubigint", is_new="true")
    + "where n.node_id > coalesce((select max(node_id) from identity_state.membership), -1)"
)
_OLD_NODES = (
    _NODE.format(
        shared="m.shared_load_seq is not null",
        component="m.component",
        person=f"coalesce(m.person, {NOBODY}::ubigint)",
        is_new="false",
    )
    + "inner join identity_state.membership as m on n.node_id = m.node_id "
)
_TOUCHED_NODES = _OLD_NODES + "where m.component in (select component from touched)"
_FAR_NODES = _OLD_NODES + "where n.node_id in (select node_id from far_node)"
_LINK = """
select anchor_id as a, node_id as b, greatest(anchor_trust, trust) as trust
from identity_state.pair where node_id <> anchor_id and greatest(anchor_trust, trust) < 3
"""
# Links inside the part have both ends in it; those that leave it lead to shared identifiers.
_PART_LINKS = f"""
with part as (select node_id from part_node),
near as ({_LINK} and node_id in (select node_id from part)),
far as (
    {_LINK} and anchor_id in (select node_id from part)
    and node_id in (select node_id from identity_state.membership where shared_load_seq is not null)
    and node_id not in (select node_id from part)
)
select * from near union all select * from far
"""


def _read_part(
    con: duckdb.DuckDBPyConnection,
    groups: Groups,
    position: Ints,
    load_seq: int,
    decided: Standing,
    is_first: bool,
) -> Part:
    query = _NEW_NODES if is_first else f"{_NEW_NODES} union all {_TOUCHED_NODES}"
    nodes = _in_order(con.execute(query).fetchnumpy())
    node_id = nodes["node_id"]
    if is_first:
        links = con.execute(_LINK).fetchnumpy()
    else:
        con.register("part_node", pa.table({"node_id": pa.array(node_id, pa.int32())}))
        links = con.execute(_PART_LINKS).fetchnumpy()
        con.unregister("part_node")
    a, b, trust = (np.asarray(links[name]) for name in ("a", "b", "trust"))
    if not is_first:
        nodes, node_id = _with_far_ends(con, nodes, node_id, a, b)
        a, b = np.searchsorted(node_id, a), np.searchsorted(node_id, b)
    group = position[nodes["group_id"]]
    joins = groups.joins[group]
    linking = joins[a] & joins[b]
    if not linking.all():
        a, b, trust = a[linking], b[linking], trust[linking]
    shared = nodes["shared"].astype(bool)
    placed = _place_decisions(con, decided, node_id)
    if len(placed.a):
        a, b = np.concatenate([a, placed.a]), np.concatenate([b, placed.b])
        trust = np.concatenate([trust, np.full(len(placed.a), DECIDED, dtype=np.int64)])
    graph = Graph(
        groups=groups,
        born=nodes["first_load_seq"],
        key_hash=nodes["key_hash"].astype(np.uint64),
        group=group,
        day=nodes["day"],
        shared=shared.copy(),
        a=a,
        b=b,
        trust=trust,
        aparts=placed.aparts,
    )
    return Part(
        node_id,
        nodes["component"],
        nodes["person"].astype(np.uint64),
        nodes["is_new"].astype(bool),
        graph,
    )


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
    """Node columns by node number; a first load comes out of the warehouse in order."""
    node_id = np.asarray(nodes["node_id"])
    if not len(node_id) or (node_id[1:] > node_id[:-1]).all():
        return {name: np.asarray(values) for name, values in nodes.items()}
    order = np.argsort(node_id, kind="stable")
    return {name: np.asarray(values)[order] for name, values in nodes.items()}


@dataclass(frozen=True)
class Placed:
    """Decisions as positions in the part; those about other people are left out."""

    a: Ints
    b: Ints
    aparts: tuple[Apart, ...]


def _place_decisions(con: duckdb.DuckDBPyConnection, decided: Standing, node_id: Ints) -> Placed:
    named = [i for m in decided.links for i in (m.left, m.right)]
    named += [i for k in decided.aparts for side in (k.left, k.right) for i in side]
    nothing = np.zeros(0, dtype=np.int64)
    if not named:
        return Placed(nothing, nothing, ())
    where = _find(con, named)
    spot = {i: int(np.searchsorted(node_id, n)) for i, n in where.items()}
    here = {i: p for i, p in spot.items() if p < len(node_id) and node_id[p] == where[i]}
    pairs = [
        (here[m.left], here[m.right]) for m in decided.links if m.left in here and m.right in here
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
    a, b = (np.array([p[end] for p in pairs], dtype=np.int64) for end in (0, 1))
    return Placed(a, b, tuple(aparts))


def _find(con: duckdb.DuckDBPyConnection, named: Sequence[Identifier]) -> dict[Identifier, int]:
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


def _component_numbers(node_id: Ints, label: Ints) -> Ints:
    """A component's number is its smallest node number, so that growing keeps it."""
    count = int(label.max()) + 1 if len(label) else 0
    first = np.zeros(count, dtype=np.int64)
    first[label[::-1]] = node_id[::-1]  # the last write is the smallest
    return first[label]


_INSERT = f"""
insert into identity_state.membership
select node_id, component, nullif(person, {NOBODY}::ubigint), case when is_hub then $load end
from result
"""
_UPDATE = f"""
update identity_state.membership as m set component = r.component,
    person = nullif(r.person, {NOBODY}::ubigint),
    shared_load_seq = coalesce(m.shared_load_seq, case when r.is_hub then $load end)
from result as r where m.node_id = r.node_id
"""
_UPDATE_SEEN = """
update identity_state.node as n set first_seen_at = least(n.first_seen_at, a.first_seen_at),
    last_seen_at = greatest(n.last_seen_at, a.last_seen_at)
from arrival as a where n.node_id = a.node_id and not a.is_new
"""


def _write_membership(
    con: duckdb.DuckDBPyConnection,
    part: Part,
    component: Ints,
    person: Hashes,
    hubs: Flags,
    changed: Flags,
    load_seq: int,
) -> None:
    for rows, query in ((part.is_new, _INSERT), (changed, _UPDATE)):
        if not rows.any():
            continue
        kept = slice(None) if rows.all() else rows
        con.register(
            "result",
            pa.table(
                {
                    "node_id": pa.array(part.node_id[kept], pa.int32()),
                    "component": pa.array(component[kept], pa.int32()),
                    "person": pa.array(person[kept], pa.uint64()),
                    "is_hub": pa.array(hubs[kept]),
                }
            ),
        )
        con.execute(query, {"load": load_seq})
        con.unregister("result")


def _write_history(
    con: duckdb.DuckDBPyConnection, changes: Changes, step_no: int, load_seq: int
) -> None:
    moves = changes.moves
    con.register("new_person", pa.table({"person": pa.array(changes.new, pa.uint64())}))
    con.register(
        "moved_person",
        pa.table(
            {
                "person": pa.array([m.person for m in moves], pa.uint64()),
                "change": pa.array([m.change for m in moves], pa.string()),
                "other": pa.array([m.other for m in moves], pa.uint64()),
                "cause": pa.array([m.cause for m in moves], pa.string()),
            }
        ),
    )
    con.execute(
        "insert into identity_state.history"
        " select $step, $load, person, 'new', null, 'first_seen' from new_person union all"
        " select $step, $load, person, change, other, cause from moved_person",
        {"step": step_no, "load": load_seq},
    )
    con.unregister("new_person")
    con.unregister("moved_person")


def _write_refused(
    con: duckdb.DuckDBPyConnection, part: Part, solved: Solved, load_seq: int, is_first: bool
) -> None:
    """Refused links of the part; one that stood refused keeps the load that first decided it."""
    ids = part.node_id
    # The end first seen earlier comes first; of one load, the smaller hash.
    born, key = part.graph.born, part.graph.key_hash

    def ends(a: int, b: int) -> tuple[int, int]:
        return (a, b) if (born[a], key[a]) <= (born[b], key[b]) else (b, a)

    rows = [(*ends(r.a, r.b), r.reason, r.evidence) for r in solved.refused]
    con.register(
        "now_refused",
        pa.table(
            {
                "a_id": pa.array([int(ids[r[0]]) for r in rows], pa.int32()),
                "b_id": pa.array([int(ids[r[1]]) for r in rows], pa.int32()),
                "reason": pa.array([r[2] for r in rows], pa.string()),
                "evidence_count": pa.array([r[3] for r in rows], pa.int32()),
            }
        ),
    )
    con.execute(
        "create or replace temp table refused_now as select n.a_id, n.b_id, n.reason,"
        " n.evidence_count, case when o.reason = n.reason then o.decided_load_seq else $load end"
        " as decided_load_seq from now_refused as n"
        " left join identity_state.refused as o on n.a_id = o.a_id and n.b_id = o.b_id",
        {"load": load_seq},
    )
    con.unregister("now_refused")
    if not is_first:
        con.register("part_node", pa.table({"node_id": pa.array(ids, pa.int32())}))
        con.execute(
            "delete from identity_state.refused"
            " where a_id in (select node_id from part_node) and b_id in (select node_id from part_node)"
        )
        con.unregister("part_node")
    con.execute("insert into identity_state.refused select * from refused_now")
    con.execute("drop table refused_now")
