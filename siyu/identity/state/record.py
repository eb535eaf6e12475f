"""What a step solved, written back: membership, history and refused links."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from siyu.identity.solve.graph import Flags, Hashes, Ints
from siyu.identity.solve.solve import Solved
from siyu.identity.state.history import Changes
from siyu.identity.state.part import NOBODY, Part

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


def write_membership(
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


def write_history(
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
        "insert into identity_state.founding select $step, $load, person from new_person",
        {"step": step_no, "load": load_seq},
    )
    con.execute(
        "insert into identity_state.history"
        " select $step, $load, person, change, other, cause from moved_person",
        {"step": step_no, "load": load_seq},
    )
    con.unregister("new_person")
    con.unregister("moved_person")


def write_refused(
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
