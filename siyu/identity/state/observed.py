"""How a load's observations are read: as numbers, and in which order a record's identifiers stand."""

from __future__ import annotations

from siyu.identity.state.store import key_hash

_OF_LOAD = "o.load_seq = $load and o.value_key is not null"
# One row per identifier of the load that is `chosen`; `row_count` counts rows, whatever records they
# belong to.
IDENTIFIERS = f"""
select m.group_id, m.value_key, {key_hash("g.id_type", "g.scope", "m.value_key")} as key_hash,
    m.first_seen_at, m.last_seen_at, m.row_count
from (
    select g.group_id, o.value_key, min(o.seen_at) as first_seen_at,
        max(o.seen_at) as last_seen_at, count(*)::integer as row_count
    from {{observation}} as o
    inner join identity_state.id_group as g on o.id_type = g.id_type and o.scope = g.scope
    where {_OF_LOAD} and {{chosen}} group by g.group_id, o.value_key
) as m
inner join identity_state.id_group as g on m.group_id = g.group_id
"""
_TRUST = "case o.trust when 'high' then 1 when 'medium' then 2 else 3 end"
# `place`: what may link before what may not, strong types before weak ones, then by hash: a total
# order that no machine and no load changes. `rank` is that of the identifier alone.
NOT_LINKING = 1 << 62
RANK = "(t.rank | (((n.key_hash >> 13)::bigint) << 2))"
# The first part of a rank, by group: joined to the groups, as they are few and identifiers many.
KINDS = f"""
select g.group_id, g.id_type, g.scope, t.links,
    (t.priority::bigint << 53) | case when t.links then 0 else {NOT_LINKING} end as rank
from identity_state.id_group as g inner join raw.identifier_type as t on g.id_type = t.id_type
"""


def quick(id_type: str, scope: str, value_key: str) -> str:
    """SQL for the hash that text is joined by within one load.

    Only what is written bears key_hash, dearer but the same on every machine and version.
    """
    return f"hash({id_type}, {scope}, {value_key})"


def place(rank: str, trust: str) -> str:
    """SQL for the place of an identifier among those of its record."""
    return f"({rank} | {trust} | case when {trust} < 3 then 0 else {NOT_LINKING} end)"


# One row per observation: the record, the identifier and its trust as one number, and the place.
MEMBERS = f"""
select md5_number(o.record_key) as record, (n.node_id::bigint * 4 + {_TRUST})::uinteger as who,
    {place("n.rank", _TRUST)} as place, o.seen_at, s.source_id
from {{observation}} as o
inner join (
    select n.node_id, {quick("t.id_type", "t.scope", "n.value_key")} as quick, {RANK} as rank
    from {{nodes}} as n inner join ({KINDS}) as t on n.group_id = t.group_id
) as n on {quick("o.id_type", "o.scope", "o.value_key")} = n.quick
inner join identity_state.source as s on o.source = s.source
where {_OF_LOAD}
"""

COLLISION = "two identifiers have one 64-bit hash"


def check_members(rows: str) -> str:
    """SQL that fails when the join of MEMBERS did not give each of `rows` observations once."""
    return (
        f"select case when (select count(*) from member) = coalesce({rows}, 0) then true"
        f" else error('{COLLISION}') end"
    )
