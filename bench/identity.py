"""How fast accounts become people, against the floor (one GROUP BY) and SQL label propagation.

    python -m bench.identity [records]

Two identifiers a record, phones with a heavy tail, one large load and five nights of 0.2 %. Prints
a table and, as its last line, one JSON object: name, ratios, limits, ok, machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Callable

import duckdb
import pandas as pd

from siyu.identity.history import fold
from siyu.identity.resolve import Resolution, resolve

LIMITS = {"resolve_to_group_by": 2.5, "fold_to_resolve": 2.0}
NIGHTS = 5

OBSERVATION = """
create table observation as
with record as (
    select range as r, 1 + greatest(0, {nights} - ({records} - 1 - range) * 500 // {records})
        as load_seq
    from range({records})
)
select r, load_seq, 'taobao_nick' as id_type, '' as scope,
    md5((hash(r) % ({records} // 3))::varchar) as value_key
from record
union all
select r, load_seq, 'phone', '',
    md5('p' || hash(hash(r) % ({records} // 3)) % ({records} * 2 // 5))
from record
"""
FLOOR = """
create or replace temp table floor as
select id_type, scope, value_key, min(r) as r, count(*) as n from observation
group by id_type, scope, value_key
"""
NODES = """
create or replace temp table node as
select row_number() over (order by first_load_seq, id_type, scope, value_key) - 1 as node_id, *
from (
    select id_type, scope, value_key, min(load_seq) as first_load_seq, false as is_shared
    from observation group by id_type, scope, value_key
)
"""
LINKS = """
create or replace temp table link as
select a.node_id as a_id, b.node_id as b_id, 'high' as trust,
    count(*) as evidence_count, min(x.load_seq) as first_load_seq
from observation as x
inner join observation as y on x.r = y.r and y.id_type = 'phone'
inner join node as a on x.id_type = a.id_type and x.value_key = a.value_key
inner join node as b on y.id_type = b.id_type and y.value_key = b.value_key
where x.id_type = 'taobao_nick'
group by a.node_id, b.node_id
"""
RULES = pd.DataFrame(
    [("taobao_nick", 1, True, None), ("phone", 2, True, 4)],
    columns=["id_type", "priority", "links", "max_per_person"],
)


def solve_in_python(con: duckdb.DuckDBPyConnection) -> Resolution:
    """What the warehouse hands over, solved."""
    return resolve(con.table("node").df(), con.table("link").df(), RULES)


def propagate_labels(con: duckdb.DuckDBPyConnection) -> int:
    """The usual alternative: smallest label of the neighbours until nothing changes; no limits."""
    con.execute("create or replace temp table label as select node_id, node_id as label from node")
    con.execute(
        "create or replace temp table edge as select a_id as s, b_id as t from link "
        "union all select b_id, a_id from link"
    )
    rounds = 0
    while True:
        rounds += 1
        con.execute(
            "create or replace temp table next as select l.node_id, "
            "least(l.label, coalesce(min(n.label), l.label)) as label from label as l "
            "left join edge as e on e.s = l.node_id left join label as n on n.node_id = e.t "
            "group by l.node_id, l.label"
        )
        (changed,) = con.execute(
            "select count(*) from label inner join next using (node_id) "
            "where label.label <> next.label"
        ).fetchone() or (0,)
        con.execute("create or replace temp table label as select * from next")
        if not changed:
            return rounds


def timed(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    records = parser.parse_args().records
    con = duckdb.connect()
    con.execute(OBSERVATION.format(records=records, nights=NIGHTS))
    seconds = {
        "GROUP BY identifier (floor)": min(timed(lambda: con.execute(FLOOR)) for _ in range(2)),
        "number nodes in SQL": timed(lambda: con.execute(NODES)),
        "pair links in SQL": timed(lambda: con.execute(LINKS)),
        "resolve (limits kept)": timed(lambda: solve_in_python(con)),
        "fold nights (limits, history)": timed(
            lambda: fold(con.table("node").df(), con.table("link").df(), RULES)
        ),
        "SQL label propagation (no limits)": timed(lambda: propagate_labels(con)),
    }
    floor, _, _, solved, folded, _ = seconds.values()
    print(f"{'step':36} {'seconds':>8} {'x floor':>8}   {records:,} records")
    for name, spent in seconds.items():
        print(f"{name:36} {spent:8.2f} {spent / floor:8.2f}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    ratios = {"resolve_to_group_by": solved / floor, "fold_to_resolve": folded / solved}
    result = {
        "name": "identity",
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "limits": LIMITS,
        "ok": all(ratios[name] <= limit for name, limit in LIMITS.items()),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
