"""How fast accounts become people, against the floor (one GROUP BY) and other ways to cluster.

    python -m bench.identity [records]

A record carries one to four identifiers (two on average) of five kinds; a few people have very many
records, some phones belong to a household of two, some devices stand in shops. 99 % of the records
are the first load, 1 % is the day after. Every way runs in a process of its own. Prints a table
and, as its last line, one JSON object: name, ratios, limits, ok, machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from bench.verdict import report
from siyu.identity.state.advance import Load, advance

MEMORY_LIMIT = "2GB"
LIMITS = {
    "full_to_group_by": 4.0,
    "day_to_full": 0.125,
    "nasty_to_base": 2.0,
    "bytes_a_record": 300.0,
    "growth_tenfold": 12.0,
}
RULES = """
create schema raw;
create table raw.identifier_type as select * from (values
    ('unionid', 1, true, 1, 20, null::integer), ('openid', 2, true, 1, 5, null),
    ('taobao_nick', 3, true, 2, 5, null), ('phone', 4, true, 4, 3, null),
    ('device_id', 5, true, 8, 3, null)
) as t(id_type, priority, links, max_per_person, hub_limit, window_days)
"""
# People are drawn with a heavy tail, as dense at any size; the hash of a record decides what stands in it.
OBSERVATION = """
create table raw.identifier_observation as
with record as (
    select range as r, hash(range) as h,
        (({records} * 0.35) * pow((hash(range * 31) % 1000000007) / 1000000007.0, 1.6))::bigint as person,
        case when range >= {records} * 99 // 100 then 2 else 1 end as load_seq
    from range({records})
),
identifier as (
    select *, unnest([
        case when h % 4 = 0 then 'unionid' end,
        case when h % 4 in (0, 1) then 'openid' when h % 4 = 2 then 'taobao_nick' end,
        case when h % 8 <> 1 then 'phone' end,
        case when h % 16 < 3 then 'device_id' end
    ]) as id_type
    from record
)
select 'orders:' || r || ':self' as record_key, 'orders' as source, id_type,
    case id_type when 'openid' then 'app' || (person % 2) else '' end as scope,
    md5(id_type || case
        when id_type = 'phone' and person % 400 = 0 then 'home' || (person // 800)
        when id_type = 'device_id' and h % 500 = 0 then 'shop' || (h % 97)
        else person::varchar || case
            when id_type in ('phone', 'taobao_nick') then '-' || (h // 1000 % 10 // 9) else '' end
    end) as value_key,
    'high' as trust, load_seq,
    timestamp '2026-01-01' + to_seconds((h % 8000000)::bigint) as seen_at
from identifier where id_type is not null
"""
# A phone that stands in 100,000 records of as many people, and 10,000 phones in one chain.
NASTY = """
insert into raw.identifier_observation
with star as (
    select 's' || range as r, unnest(['phone', 'taobao_nick']) as id_type, range as n
    from range(100000)
),
chain as (
    select 'c' || range as r, unnest([range, range + 1]) as n from range(10000)
)
select 'orders:' || r || ':self', 'orders', id_type, '',
    md5(id_type || case id_type when 'phone' then 'star' else 'star' || n end), 'high', 1,
    timestamp '2026-01-01'
from star
union all
select 'orders:' || r || ':self', 'orders', 'phone', '', md5('chain' || n), 'high', 1,
    timestamp '2026-01-01'
from chain
"""
FLOOR = """
create or replace temp table floor as
select id_type, scope, value_key, min(record_key) as record_key, count(*) as records
from raw.identifier_observation group by id_type, scope, value_key
"""
# What the alternatives are given: the same records and identifiers as numbered nodes and edges.
EDGES = """
create temp table node as
select row_number() over () as node_id, id_type, scope, value_key
from raw.identifier_observation group by id_type, scope, value_key;
create temp table edge as
with numbered as (
    select o.record_key, n.node_id from raw.identifier_observation as o
    inner join node as n using (id_type, scope, value_key)
)
select a.anchor as s, n.node_id as t
from numbered as n
inner join (select record_key, min(node_id) as anchor from numbered group by all) as a
    using (record_key)
where n.node_id <> a.anchor
"""
PEOPLE = """
select bit_xor(hash(g.id_type, g.scope, n.value_key, m.person, n.record_count)), count(m.person),
    count(distinct m.person)
from identity_state.node as n inner join identity_state.membership as m using (node_id)
inner join identity_state.id_group as g using (group_id)
"""
Answer = dict[str, float | str]


def timed(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def make_records(path: str, records: int, nasty: bool) -> Answer:
    with duckdb.connect(path) as con:
        con.execute("set enable_progress_bar = false")
        con.execute(RULES)
        con.execute(OBSERVATION.format(records=records))
        if nasty:
            con.execute(NASTY)
        count, distinct = con.execute(
            "select count(*), (select count(*) from (select distinct id_type, scope, value_key"
            " from raw.identifier_observation)) from raw.identifier_observation"
        ).fetchall()[0]
    return {"rows": float(count), "identifiers": float(distinct)}


def opened(path: str) -> duckdb.DuckDBPyConnection:
    """The records, read once: the floor is the better of two runs, so no way reads a cold disk."""
    con = duckdb.connect(path)
    con.execute(f"set threads = 2; set memory_limit = '{MEMORY_LIMIT}'")
    con.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
    con.execute(
        "select bit_xor(hash(record_key, source, id_type, scope, value_key, trust, seen_at))"
        " from raw.identifier_observation"
    )
    return con


def group_by(path: str) -> Answer:
    """The floor: what any solver must at least do with these rows; the better of two runs."""
    with opened(path) as con:
        return {"seconds": min(timed(lambda: con.execute(FLOOR)) for _ in range(2))}


def full(path: str) -> Answer:
    """Both loads from nothing, the better of two runs: the people are told by their hash.

    Memory is that of the first run.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with opened(path) as con:
        seconds, peaks = [], []
        for _ in range(2):
            seconds.append(timed(lambda: advance(con, [Load(1, "a"), Load(2, "b")])))
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
            found = con.execute(PEOPLE).fetchall()
            con.execute("drop schema identity_state cascade")
            con.execute("checkpoint")
    return {"seconds": min(seconds), "peak_kib": float(peaks[0]), "people": str(found)}


def day(path: str) -> Answer:
    """The second load on top of the first; only this load is timed."""
    with opened(path) as con:
        advance(con, [Load(1, "a")])
        con.execute("checkpoint")
        seconds = timed(lambda: advance(con, [Load(1, "a"), Load(2, "b")]))
        found = con.execute(PEOPLE).fetchall()
        con.execute("drop schema identity_state cascade")
    return {"seconds": seconds, "people": str(found)}


def label_propagation(path: str) -> Answer:
    """The usual SQL: smallest label of the neighbours until nothing changes; no limits, no ids."""

    def run(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(EDGES)
        con.execute("create temp table label as select node_id, node_id as label from node")
        con.execute(
            "create temp table either as select s, t from edge union all select t, s from edge"
        )
        while True:
            con.execute(
                "create or replace temp table next as select l.node_id,"
                " least(l.label, coalesce(min(n.label), l.label)) as label from label as l"
                " left join either as e on e.s = l.node_id left join label as n on n.node_id = e.t"
                " group by l.node_id, l.label"
            )
            changed = con.execute(
                "select count(*) from label inner join next using (node_id)"
                " where label.label <> next.label"
            ).fetchall()[0][0]
            con.execute("create or replace temp table label as select * from next")
            if not changed:
                return

    with opened(path) as con:
        return {"seconds": timed(lambda: run(con))}


def igraph_clusters(path: str) -> Answer:
    """igraph's connected components; no limits, no ids."""
    import igraph

    def run(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(EDGES)
        (size,) = con.execute("select max(node_id) + 1 from node").fetchall()[0]
        edges = con.execute("select s, t from edge").fetchnumpy()
        graph = igraph.Graph(
            n=size, edges=list(zip(edges["s"].tolist(), edges["t"].tolist(), strict=True))
        )
        graph.connected_components(mode="weak")

    with opened(path) as con:
        return {"seconds": timed(lambda: run(con))}


def splink_clusters(path: str) -> Answer:
    """Splink's own clustering over certain links; no limits, ids of its own."""
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    def run(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(EDGES)
        con.execute("create temp table certain as select s, t, 1.0 as match_probability from edge")
        api = DuckDBAPI(connection=con)
        cluster_pairwise_predictions_at_threshold(
            api.register("node"),
            api.register("certain"),
            db_api=api,
            node_id_column_name="node_id",
            edge_id_column_name_left="s",
            edge_id_column_name_right="t",
            threshold_match_probability=0.5,
        )

    with opened(path) as con:
        return {"seconds": timed(lambda: run(con))}


def apart(step: Callable[..., Answer], *words: object) -> Answer:
    """Run a step in a process of its own, so that memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(step, words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=10_000_000)
    records = parser.parse_args().records
    tenth = records // 10
    with tempfile.TemporaryDirectory() as folder:
        base, small, nasty = (str(Path(folder) / f"{n}.duckdb") for n in ("base", "small", "nasty"))
        size = apart(make_records, base, records, False)
        apart(make_records, small, tenth, False)
        apart(make_records, nasty, tenth, True)
        floor = apart(group_by, base)
        whole, added = apart(full, base), apart(day, base)
        little, ugly = apart(full, small), apart(full, nasty)
        others = {
            "SQL label propagation (no limits, ids, history)": apart(label_propagation, small),
            "igraph components (no limits, ids, history)": apart(igraph_clusters, small),
            "Splink clustering (no limits, ids, history)": apart(splink_clusters, small),
        }
        small_floor = apart(group_by, small)
    print(f"{records:,} records, {size['rows']:,.0f} rows, {size['identifiers']:,.0f} identifiers")
    print(f"{'step':52} {'records':>12} {'seconds':>8} {'x floor':>8}")
    rows = [
        ("GROUP BY identifier (floor)", records, floor, floor),
        ("full resolve: limits, ids, history", records, whole, floor),
        ("1 % day on top", records, added, floor),
        ("GROUP BY identifier (floor)", tenth, small_floor, small_floor),
        ("full resolve: limits, ids, history", tenth, little, small_floor),
        ("full resolve, star of 100,000 and chain of 10,000", tenth, ugly, small_floor),
        *((name, tenth, answer, small_floor) for name, answer in others.items()),
    ]
    for name, count, answer, under in rows:
        spent = float(answer["seconds"])
        print(f"{name:52} {count:12,} {spent:8.2f} {spent / float(under['seconds']):8.2f}")
    same = whole["people"] == added["people"]
    print(f"the day's people equal the full resolve's: {'yes' if same else 'NO'}")
    ratios = {
        "full_to_group_by": float(whole["seconds"]) / float(floor["seconds"]),
        "day_to_full": float(added["seconds"]) / float(whole["seconds"]),
        "nasty_to_base": float(ugly["seconds"]) / float(little["seconds"]),
        "bytes_a_record": float(whole["peak_kib"]) * 1024 / records,
        "growth_tenfold": float(whole["seconds"]) / float(little["seconds"]),
    }
    report("identity", ratios, LIMITS, holds=same)


if __name__ == "__main__":
    main()
