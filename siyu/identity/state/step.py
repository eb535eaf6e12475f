"""One step of identity: a load or a batch of decisions touches components; only those are solved.

The caller holds the transaction: a step is in the state whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from siyu.identity.decisions.decisions import Identifier, Standing
from siyu.identity.solve.graph import Ints
from siyu.identity.solve.solve import find_hubs, solve
from siyu.identity.state.history import describe_changes
from siyu.identity.state.intake import OBSERVATION, take_in
from siyu.identity.state.merged import touch_merged
from siyu.identity.state.part import NOBODY, find_nodes, read_groups, read_part
from siyu.identity.state.record import write_history, write_membership, write_refused


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
with earlier as materialized (
    select a.node_id from later_arrival as a
    inner join identity_state.node as n on a.node_id = n.node_id
    inner join identity_state.id_group as g on n.group_id = g.group_id
    inner join raw.identifier_type as t on g.id_type = t.id_type
    where not a.is_new and a.first_seen_at < n.first_seen_at and t.window_days is not null
)
select distinct component from identity_state.membership where node_id in (
    select anchor_id from fresh_pair
    union all
    select node_id from fresh_pair
    union all
    select node_id from earlier
)
"""
_UPDATE_SEEN = """
update identity_state.node as n set first_seen_at = least(n.first_seen_at, a.first_seen_at),
    last_seen_at = greatest(n.last_seen_at, a.last_seen_at)
from later_arrival as a where n.node_id = a.node_id and not a.is_new
    and (a.first_seen_at < n.first_seen_at or a.last_seen_at > n.last_seen_at)
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
        con.execute("drop table later_arrival; drop table fresh_pair")
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
    found = find_nodes(con, named)
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
    if not is_first:
        touch_merged(con, decided.links)
    groups, position = read_groups(con)
    part = read_part(con, groups, position, load_seq, decided, is_first)
    hubs = find_hubs(part.graph)
    graph = part.graph
    if hubs.any():
        graph.shared[hubs] = True
    solved = solve(graph)
    component = _component_numbers(part.node_id, solved.component)
    person = solved.founder  # in place, as it is long; of nodes that name nobody it means nothing
    person[~solved.names] = NOBODY
    changed = ~part.is_new & ((component != part.component) | (person != part.person) | hubs)
    write_membership(con, part, component, person, hubs, changed, load_seq)
    changes = describe_changes(part.person, person, graph.key_hash, hubs, NOBODY, cause)
    write_history(con, changes, step_no, load_seq)
    write_refused(con, part, solved, load_seq, is_first)
    moved = changed & (person != part.person)
    count = StepCount(int(part.is_new.sum()), len(part.node_id), int(moved.sum()))
    con.execute("drop table touched")
    return count


def _component_numbers(node_id: Ints, label: Ints) -> Ints:
    """A component's number is its smallest node number, so that growing keeps it."""
    count = int(label.max()) + 1 if len(label) else 0
    first = np.zeros(count, dtype=node_id.dtype)
    first[label[::-1]] = node_id[::-1]  # the last write is the smallest
    return first[label]
