"""How dear tonight's changes are: the full outer join of two nights against reading both lists.

    python -m bench.publish [members]

Yesterday's and tonight's list of one segment, 2 % of the people exchanged. The floor reads every id
of both lists once; the alternative finds entries and leavers with EXCEPT both ways. One run, best
of three each. Prints a table and, as its last line, one JSON object: name, ratios, limits, ok,
machine.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import duckdb

from bench.verdict import report

LIMITS = {"join_to_scan": 40.0, "join_to_except": 1.0}
EXCHANGED = 50

LISTS = """
create table yesterday as select 'p' || substr(md5(range::varchar), 1, 16) as person_id
from range({members});
create table tonight as
select 'p' || substr(md5((range + if(range % {exchanged} = 0, {members}, 0))::varchar), 1, 16)
    as person_id
from range({members});
"""
SCAN = """
select count(*), bit_xor(hash(person_id))
from (select person_id from yesterday union all select person_id from tonight)
"""
JOIN = """
create or replace temp table joined as
select coalesce(n.person_id, o.person_id) as person_id, o.person_id is null as is_entry
from tonight as n full outer join yesterday as o on o.person_id = n.person_id
where n.person_id is null or o.person_id is null
"""
EXCEPT = """
create or replace temp table excepted as
select person_id, true as is_entry
from (select person_id from tonight except select person_id from yesterday)
union all
select person_id, false
from (select person_id from yesterday except select person_id from tonight)
"""


def best(step: Callable[[], object], rounds: int = 3) -> float:
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        spent.append(time.perf_counter() - start)
    return min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("members", nargs="?", type=int, default=1_000_000)
    members = parser.parse_args().members
    con = duckdb.connect()
    con.execute(LISTS.format(members=members, exchanged=EXCHANGED))
    seconds = {
        "read both lists (floor)": best(lambda: con.execute(SCAN).fetchall()),
        "full outer join": best(lambda: con.execute(JOIN)),
        "EXCEPT both ways": best(lambda: con.execute(EXCEPT)),
    }
    rows = [
        con.execute(f"select * from {t} order by all").fetchall() for t in ("joined", "excepted")
    ]
    scan, join, excepted = seconds.values()
    print(
        f"{'step':28} {'seconds':>8} {'x floor':>8}   {members:,} members, {len(rows[0]):,} changes"
    )
    for name, spent in seconds.items():
        print(f"{name:28} {spent:8.3f} {spent / scan:8.2f}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    ratios = {"join_to_scan": join / scan, "join_to_except": join / excepted}
    report("publish", ratios, LIMITS, holds=rows[0] == rows[1])


if __name__ == "__main__":
    main()
