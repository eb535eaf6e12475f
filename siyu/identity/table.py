"""The resolution as one typed table, the shape in which it goes back to the warehouse."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from siyu.identity.history import fold

RESOLUTION_SCHEMA = pa.schema(
    [
        ("row_kind", pa.string()),
        ("node_id", pa.int64()),
        ("other_node_id", pa.int64()),
        ("person_id", pa.string()),
        ("other_person_id", pa.string()),
        ("change", pa.string()),
        ("cause", pa.string()),
        ("evidence_count", pa.int32()),
        ("load_seq", pa.int32()),
    ]
)


def resolution_table(nodes: pd.DataFrame, links: pd.DataFrame, rules: pd.DataFrame) -> pa.Table:
    """Members (node_id, person_id), refused links (both node_ids, cause, evidence_count, load_seq)
    and history (both person_ids, change, cause, load_seq); columns are typed even without rows.
    """
    folded = fold(nodes, links, rules)
    refused = folded.refused.rename(
        columns={
            "a_id": "node_id",
            "b_id": "other_node_id",
            "reason": "cause",
            "decided_load_seq": "load_seq",
        }
    )
    parts = (("member", folded.members), ("refused", refused), ("history", folded.history))
    return pa.concat_tables([_typed(kind, frame) for kind, frame in parts])


def _typed(kind: str, frame: pd.DataFrame) -> pa.Table:
    size = len(frame)
    columns = []
    for field in RESOLUTION_SCHEMA:
        if field.name == "row_kind":
            columns.append(pa.array([kind] * size, pa.string()))
        elif field.name in frame:
            columns.append(pa.array(frame[field.name], field.type, from_pandas=True))
        else:
            columns.append(pa.nulls(size, field.type))
    return pa.table(columns, schema=RESOLUTION_SCHEMA)
