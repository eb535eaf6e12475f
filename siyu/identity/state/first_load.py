"""The first load of a state: everything is new, so it is written once and looked up never.

Time grows with the load's rows; each is hashed twice, grouped by identifier and by record.
"""

from __future__ import annotations

from siyu.identity.state.observed import IDENTIFIERS, MEMBERS, check_members

# Numbered by a sequence: a window over all rows would leave the work to one core.
_NUMBERS = "create or replace temp sequence node_number minvalue 0 start 0"
_NODES = f"""
insert into identity_state.node
select nextval('node_number'), group_id, value_key, key_hash, $load, first_seen_at, last_seen_at,
    row_count
from ({IDENTIFIERS})
"""
# A share at a time of what is grouped: all of ten million records at once would spill to disk.
_NODE_PARTS, _RECORD_PARTS = 2, 4
_ALL_NODES = [
    _NODES.replace("{chosen}", f"hash(o.value_key) & {_NODE_PARTS - 1} = {part}")
    for part in range(_NODE_PARTS)
]
_MEMBER = "create or replace temp table member as " + MEMBERS.replace(
    "{nodes}", "identity_state.node"
)
# The anchor of a record is its first identifier by place; `middle` is the one between two others, as
# the exclusive or of three and of two of them is the third.
_ANCHOR = """
select *,
    case times
        when 1 then true
        when 2 then first // 4 <> last // 4
        when 3 then first // 4 <> last // 4 and middle // 4 <> first // 4
            and middle // 4 <> last // 4
        else false
    end as is_plain
from (
    select record, arg_min(who, place) as first, arg_max(who, place) as last,
        xor(bit_xor(who), xor(first, last)) as middle, min(seen_at) as seen_at,
        min(source_id) as source_id, least(count(*), 4)::utinyint as times
    from member where {chosen} group by record
)
"""
_ANCHORS = [
    ("insert into anchor " if part else "create or replace temp table anchor as ")
    + _ANCHOR.replace("{chosen}", f"record & {_RECORD_PARTS - 1}::uhugeint = {part}::uhugeint")
    for part in range(_RECORD_PARTS)
]
_PAIR = """
select record, (first // 4)::integer, ({other} // 4)::integer, (first % 4)::utinyint,
    ({other} % 4)::utinyint, $load, seen_at, source_id
from anchor where is_plain
"""
# Most records hold up to three different identifiers, and need no second look at the members.
_PLAIN_PAIRS = (
    f"insert into identity_state.pair {_PAIR.format(other='last')}"
    f" union all {_PAIR.format(other='middle')} and times = 3"
)
_CROWDED = """
create or replace temp table crowded as
select m.record, a.first, m.who // 4 as node_id, min(m.who % 4) as trust,
    min(m.seen_at) as seen_at, min(m.source_id) as source_id, count(*) as times,
    min(a.first) // 4 = max(a.last) // 4 as is_single
from member as m inner join anchor as a on m.record = a.record
where not a.is_plain
group by m.record, a.first, m.who // 4
"""
_CROWDED_PAIRS = """
insert into identity_state.pair
select record, (first // 4)::integer, node_id::integer, (first % 4)::utinyint, trust::utinyint,
    $load, seen_at, source_id
from crowded where node_id <> first // 4 or is_single
"""
# Rows are counted already; a record that shows an identifier in several of its rows counts once.
_COUNT_REPEATED = """
update identity_state.node as n set record_count = n.record_count - c.surplus
from (
    select node_id, sum(times - 1)::integer as surplus from crowded where times > 1
    group by node_id
) as c where n.node_id = c.node_id
"""
FIRST_LOAD = (
    _NUMBERS,
    *_ALL_NODES,
    _MEMBER,
    check_members("(select sum(record_count) from identity_state.node)"),
    *_ANCHORS,
    _PLAIN_PAIRS,
    _CROWDED,
    _CROWDED_PAIRS,
    _COUNT_REPEATED,
    "drop table member; drop table anchor; drop table crowded; drop sequence node_number",
)
