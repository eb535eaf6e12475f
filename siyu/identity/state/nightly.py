"""The night's resolve: what the ledger and the decisions say, brought into the state."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from siyu.identity.decisions.decisions import Decision, decisions_path, read_decisions, standing
from siyu.identity.state.advance import Load, advance
from siyu.identity.state.merged import holding
from siyu.settings import Settings

_LOADS = """
select load_seq, md5(string_agg(file_sha256, ',' order by file_sha256, file)) as load_hash
from ops.load_ledger where status = 'landed' group by load_seq order by load_seq
"""
_STEPS = """
select s.step_no, s.load_seq, nullif(split_part(s.batch, ':', 1), '') as batch,
    s.new_identifiers, s.solved_identifiers, s.changed_identifiers
from identity_state.step as s order by s.step_no
"""


def resolve_night(con: duckdb.DuckDBPyConnection, settings: Settings) -> pa.Table:
    """Play what is new since the last night; returns all steps, one row per load or batch."""
    own = con.cursor()
    try:
        loads = [Load(int(r[0]), str(r[1])) for r in own.execute(_LOADS).fetchall()]
        decisions = read_decisions(decisions_path(settings))
        advance(own, loads, decisions)
        _keep_decisions(own, decisions)
        return own.execute(_STEPS).to_arrow_table()
    finally:
        own.close()


def _keep_decisions(con: duckdb.DuckDBPyConnection, decisions: list[Decision]) -> None:
    """The decisions as a table, beside what they changed and which merges hold."""
    holds = holding(con, standing(decisions).links)
    con.register(
        "decision_rows",
        pa.table(
            {
                name: pa.array([getattr(d, name) for d in decisions], pa.string())
                for name in ("decision_id", "batch", "kind", "reason", "actor")
            }
            | {
                "after_load_seq": pa.array([d.after_load_seq for d in decisions], pa.int32()),
                "decided_at": pa.array(
                    [d.decided_at.replace(tzinfo=None) for d in decisions], pa.timestamp("us")
                ),
                "left_count": pa.array([len(d.left) for d in decisions], pa.int32()),
                "right_count": pa.array([len(d.right) for d in decisions], pa.int32()),
                "left_type": pa.array([d.left[0][0] for d in decisions], pa.string()),
                "left_scope": pa.array([d.left[0][1] for d in decisions], pa.string()),
                "left_key": pa.array([d.left[0][2] for d in decisions], pa.string()),
                "right_type": pa.array([d.right[0][0] for d in decisions], pa.string()),
                "right_scope": pa.array([d.right[0][1] for d in decisions], pa.string()),
                "right_key": pa.array([d.right[0][2] for d in decisions], pa.string()),
                "holds": pa.array([holds.get(d.decision_id) for d in decisions], pa.bool_()),
            }
        ),
    )
    con.execute("create or replace table identity_state.decision as select * from decision_rows")
    con.unregister("decision_rows")
