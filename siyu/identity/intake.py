"""One load's observations become identifiers and record pairs in the state."""

from __future__ import annotations

import duckdb

from siyu.errors import PermanentFailure
from siyu.identity.store import key_hash

OBSERVATION = "raw.identifier_observation"

_GROUPS = """
insert into identity_state.id_group
select (select coalesce(max(group_id), 0) from identity_state.id_group)
    + row_number() over (order by id_type, scope), id_type, scope
from (
    select distinct o.id_type, o.scope from {observation} as o
    inner join raw.identifier_type as t on o.id_type = t.id_type
    where o.load_seq = $load and o.value_key is not null
) where (id_type, scope) not in (select (id_type, scope) from identity_state.id_group)
"""
_SOURCES = """
insert into identity_state.source
select (select coalesce(max(source_id), 0) from identity_state.source)
    + row_number() over (order by source), source
from (select distinct source from {observation} where load_seq = $load)
where source not in (select source from identity_state.source)
"""
# The rows of a load as numbers; text is read once. hash() need only be the same within one load.
_SEEN = """
create or replace temp table seen as
select md5_number(o.record_key) as record, hash(g.group_id, o.value_key) as quick,
    g.group_id, o.value_key, o.seen_at, s.source_id,
    case o.trust when 'high' then 1 when 'medium' then 2 else 3 end::utinyint as trust
from {observation} as o
inner join identity_state.id_group as g on o.id_type = g.id_type and o.scope = g.scope
inner join identity_state.source as s on o.source = s.source
where o.load_seq = $load and o.value_key is not null
"""
_MET = f"""
create or replace temp table met as
select m.*, hash(m.group_id, m.value_key) as quick, t.priority, t.links,
    {key_hash("g.id_type", "g.scope", "m.value_key")} as key_hash,
    (row_number() over () - 1)::integer as number
from (
    select group_id, value_key, min(seen_at) as first_seen_at, max(seen_at) as last_seen_at,
        count(*)::integer as row_count
    from seen group by group_id, value_key
) as m
inner join identity_state.id_group as g on m.group_id = g.group_id
inner join raw.identifier_type as t on g.id_type = t.id_type
"""
_FIRST_NODES = """
insert into identity_state.node
select number, group_id, value_key, key_hash, $load, first_seen_at, last_seen_at, row_count
from met
"""
_FIRST_ARRIVAL = """
create or replace temp view arrival as
select number as node_id, quick, key_hash, priority, links from met
"""
_LATER_ARRIVAL = """
create or replace temp table later_arrival as
with known as (
    select n.node_id, n.key_hash, n.group_id
    from identity_state.node as n
    inner join met as m on n.key_hash = m.key_hash and n.group_id = m.group_id
)
select
    coalesce(k.node_id, (sum(case when k.node_id is null then 1 else 0 end)
        over (order by m.key_hash, m.group_id rows unbounded preceding)
        + (select max(node_id) from identity_state.node))::integer) as node_id,
    k.node_id is null as is_new, m.group_id, m.value_key, m.key_hash, m.first_seen_at,
    m.last_seen_at, m.quick, m.priority, m.links
from met as m left join known as k on m.key_hash = k.key_hash and m.group_id = k.group_id
"""
_LATER_NODES = """
insert into identity_state.node
select node_id, group_id, value_key, key_hash, $load, first_seen_at, last_seen_at, 0
from later_arrival where is_new order by node_id
"""
# `place`: what may link before what may not, strong types before weak ones, then by hash: a total
# order that no machine and no load changes.
_NOT_LINKING = "1::bigint << 62"
_PLACE = (
    "({row}.priority::bigint << 53) | (((n.key_hash >> 13)::bigint) << 2) | {trust}"
    f" | case when {{row}}.links and {{trust}} < 3 then 0 else {_NOT_LINKING} end"
)
_MEMBER = f"""
create or replace temp table member as
select s.record, n.node_id, s.trust, $load::integer as load_seq, s.seen_at, s.source_id,
    {_PLACE.format(trust="s.trust", row="n")} as place
from seen as s inner join arrival as n on s.quick = n.quick
"""
_ANCHOR = """
create or replace temp table anchor as
select record, arg_min(node_id::bigint * 4 + trust, place) as first,
    arg_max(node_id::bigint * 4 + trust, place) as last,
    {load} as anchor_load_seq, max(load_seq) as load_seq, min(seen_at) as seen_at,
    min(source_id) as source_id, min(node_id) = max(node_id) as is_single,
    count(*) > 2 or (count(*) = 2 and min(node_id) = max(node_id)) as is_crowded
from member group by record
"""
# One or two identifiers, as most records have, need no look at the members again.
_FRESH = """
select record, (first // 4)::integer as anchor_id, (last // 4)::integer as node_id,
    (first % 4)::utinyint as anchor_trust, (last % 4)::utinyint as trust, load_seq, seen_at,
    source_id
from anchor where not is_crowded
union all
select record, anchor_id, node_id, anchor_trust, min(trust), min(load_seq), min(seen_at),
    min(source_id)
from (
    select m.record, (a.first // 4)::integer as anchor_id, m.node_id,
        (a.first % 4)::utinyint as anchor_trust, m.trust,
        greatest(a.anchor_load_seq, m.load_seq) as load_seq, m.seen_at, m.source_id
    from member as m inner join anchor as a on m.record = a.record
    where a.is_crowded and (a.is_single or m.node_id <> a.first // 4)
) group by record, anchor_id, node_id, anchor_trust
"""
# Rows are counted already; a record that shows an identifier in several of its rows counts once.
_COUNT_REPEATED = """
update identity_state.node as n set record_count = n.record_count - c.surplus
from (
    select node_id, sum(times - 1)::integer as surplus
    from (
        select m.node_id, count(*) as times
        from member as m inner join anchor as a on m.record = a.record
        where a.is_crowded group by m.record, m.node_id having count(*) > 1
    ) group by node_id
) as c where n.node_id = c.node_id
"""
# An old anchor that may link stays the anchor: a later load adds links and never moves one.
_STOOD = f"""
create or replace temp table stood as
with old as (
    select * from identity_state.pair where record in (select record from member)
),
held as (
    select record, node_id, trust, load_seq, seen_at, source_id, false as is_anchor
    from old where node_id <> anchor_id
    union all
    select record, anchor_id, min(anchor_trust), min(load_seq), min(seen_at), min(source_id), true
    from old group by record, anchor_id
)
select h.record, h.node_id, h.trust, h.load_seq, h.seen_at, h.source_id,
    case
        when t.links and h.trust < 3 and h.is_anchor then 0
        else {_PLACE.format(trust="h.trust", row="t")}
    end as place
from held as h
inner join identity_state.node as n on h.node_id = n.node_id
inner join identity_state.id_group as g on n.group_id = g.group_id
inner join raw.identifier_type as t on g.id_type = t.id_type
"""
_LATER_STEPS = (
    """
update identity_state.node as n set record_count = n.record_count + c.record_count
from (
    select m.node_id, count(*)::integer as record_count
    from (select distinct record, node_id from member) as m
    where not exists (
        select 1 from stood as s where s.record = m.record and s.node_id = m.node_id
    )
    group by m.node_id
) as c where n.node_id = c.node_id
""",
    """
create or replace temp table news as
select distinct m.record from member as m
left join stood as s on m.record = s.record and m.node_id = s.node_id
where s.record is null or m.trust < s.trust
""",
    "delete from member where record not in (select record from news)",
    "insert into member select * from stood where record in (select record from news)",
    """
delete from identity_state.pair
where record in (select record from stood where record in (select record from news))
""",
    "drop table stood; drop table news",
)


def take_in(con: duckdb.DuckDBPyConnection, load_seq: int, observation: str = OBSERVATION) -> bool:
    """Bring one load's identifiers and pairs into the state; returns whether it is the first load.

    Membership is not written: it is what solving gives. Later loads leave two work tables:
    `arrival` (identifiers of the load, known and new) and `fresh_pair` (the pairs it added; a
    record that gains something is written anew).
    """
    load = {"load": load_seq}
    is_first = not con.execute("select 1 from identity_state.node limit 1").fetchall()
    for query in (_GROUPS, _SOURCES, _SEEN):
        con.execute(query.format(observation=observation), load)
    con.execute(_MET)
    if is_first:
        con.execute(_FIRST_NODES, load)
        con.execute(_FIRST_ARRIVAL)
    else:
        con.execute(_LATER_ARRIVAL)
        con.execute(_LATER_NODES, load)
        con.execute("create or replace temp view arrival as select * from later_arrival")
    con.execute(_MEMBER, load)
    counts = "select (select count(*) from member) = (select count(*) from seen)"
    if not con.execute(counts).fetchall()[0][0]:
        raise PermanentFailure(
            f"load {load_seq}: two identifiers have one 64-bit hash: salt `quick`"
        )
    con.execute("drop table seen")
    if not is_first:
        con.execute(_STOOD)
        for query in _LATER_STEPS:
            con.execute(query)
    # In a later load a record's old anchor came first; what is new hangs on it.
    con.execute(_ANCHOR.format(load="min(load_seq)" if is_first else "arg_min(load_seq, place)"))
    if is_first:
        con.execute(f"insert into identity_state.pair {_FRESH}")
        con.execute(_COUNT_REPEATED)
    else:
        con.execute(f"create or replace temp table fresh_pair as {_FRESH}")
        con.execute("insert into identity_state.pair select * from fresh_pair")
    con.execute("drop table member; drop table anchor")
    if is_first:
        con.execute("drop view arrival; drop table met")
    return is_first
