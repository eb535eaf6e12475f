"""A load on top of others: what it brings is matched with what is known; a record only gains.

Time grows with the load's rows, besides one scan each of the numbers of nodes and pairs.
"""

from __future__ import annotations

from siyu.identity.state.observed import IDENTIFIERS, KINDS, MEMBERS, RANK, check_members, place

_MET = "create or replace temp table met as " + IDENTIFIERS.replace("{chosen}", "true")
_ARRIVAL = """
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
    m.last_seen_at
from met as m left join known as k on m.key_hash = k.key_hash and m.group_id = k.group_id
"""
_NODES = """
insert into identity_state.node
select node_id, group_id, value_key, key_hash, $load, first_seen_at, last_seen_at, 0
from later_arrival where is_new order by node_id
"""
_MEMBER = "create or replace temp table member as select *, $load::integer as load_seq from (" + (
    MEMBERS.replace("{nodes}", "later_arrival") + ")"
)
# An old anchor that may link stays the anchor: a later load adds links and never moves one.
_STOOD = f"""
create or replace temp table stood as
with old as materialized (
    select * from identity_state.pair where record in (select record from member)
),
held as materialized (
    select record, node_id, trust, load_seq, seen_at, source_id, false as is_anchor
    from old where node_id <> anchor_id
    union all
    select record, anchor_id, min(anchor_trust), min(load_seq), min(seen_at), min(source_id), true
    from old group by record, anchor_id
)
select h.record, (h.node_id::bigint * 4 + h.trust)::uinteger as who,
    case
        when t.links and h.trust < 3 and h.is_anchor then 0
        else {place(RANK, "h.trust")}
    end as place,
    h.seen_at, h.source_id, h.load_seq
from held as h
inner join identity_state.node as n on h.node_id = n.node_id
inner join ({KINDS}) as t on n.group_id = t.group_id
"""
_COUNT = """
update identity_state.node as n set record_count = n.record_count + c.record_count
from (
    select m.node_id, count(*)::integer as record_count
    from (select distinct record, who // 4 as node_id from member) as m
    where not exists (
        select 1 from stood as s where s.record = m.record and s.who // 4 = m.node_id
    )
    group by m.node_id
) as c where n.node_id = c.node_id
"""
_NEWS = """
create or replace temp table news as
select distinct m.record from member as m
left join stood as s on m.record = s.record and m.who // 4 = s.who // 4
where s.record is null or m.who < s.who
"""
# In a later load a record's old anchor came first; what is new hangs on it.
_ANCHOR = """
create or replace temp table anchor as
select record, arg_min(who, place) as first, arg_min(load_seq, place) as anchor_load_seq,
    min(who // 4) = max(who // 4) as is_single
from member group by record
"""
_FRESH = """
create or replace temp table fresh_pair as
select record, anchor_id, node_id, anchor_trust, min(trust) as trust, min(load_seq) as load_seq,
    min(seen_at) as seen_at, min(source_id) as source_id
from (
    select m.record, (a.first // 4)::integer as anchor_id, (m.who // 4)::integer as node_id,
        (a.first % 4)::utinyint as anchor_trust, (m.who % 4)::utinyint as trust,
        greatest(a.anchor_load_seq, m.load_seq) as load_seq, m.seen_at, m.source_id
    from member as m inner join anchor as a on m.record = a.record
    where a.is_single or m.who // 4 <> a.first // 4
) group by record, anchor_id, node_id, anchor_trust
"""
LATER_LOAD = (
    _MET,
    _ARRIVAL,
    _NODES,
    _MEMBER,
    check_members("(select sum(row_count) from met)"),
    _STOOD,
    _COUNT,
    _NEWS,
    "delete from member where record not in (select record from news)",
    "insert into member select * from stood where record in (select record from news)",
    """
delete from identity_state.pair
where record in (select record from stood where record in (select record from news))
""",
    _ANCHOR,
    _FRESH,
    "insert into identity_state.pair select * from fresh_pair",
    "drop table met; drop table member; drop table stood; drop table news; drop table anchor",
)
