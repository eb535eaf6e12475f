"""How a load's observations are read: as numbers, and in which order a record's identifiers stand."""

from __future__ import annotations

from siyu.identity.store import key_hash

# Text is compared by this within one load; only what is written bears key_hash, dearer but the same
# on every machine and version.
QUICK = "hash({0}.id_type, {0}.scope, {0}.value_key)"
_OF_LOAD = "o.load_seq = $load and o.value_key is not null"
# One row per identifier of the load; `row_count` counts rows, whatever records they belong to.
IDENTIFIERS = f"""
select g.group_id, m.value_key, {key_hash("m.id_type", "m.scope", "m.value_key")} as key_hash,
    m.first_seen_at, m.last_seen_at, m.row_count
from (
    select o.id_type, o.scope, o.value_key, min(o.seen_at) as first_seen_at,
        max(o.seen_at) as last_seen_at, count(*)::integer as row_count
    from {{observation}} as o where {_OF_LOAD} group by o.id_type, o.scope, o.value_key
) as m
inner join identity_state.id_group as g on m.id_type = g.id_type and m.scope = g.scope
"""
_TRUST = "case o.trust when 'high' then 1 when 'medium' then 2 else 3 end"
# `place`: what may link before what may not, strong types before weak ones, then by hash: a total
# order that no machine and no load changes. `rank` is that of the identifier alone.
NOT_LINKING = 1 << 62
RANK = "(t.priority::bigint << 53) | (((n.key_hash >> 13)::bigint) << 2)"


def place(rank: str, links: str, trust: str) -> str:
    """SQL for the place of an identifier among those of its record."""
    return f"({rank} | {trust} | case when {links} and {trust} < 3 then 0 else {NOT_LINKING} end)"


# One row per observation: the record, the identifier and its trust as one number, and the place.
MEMBERS = f"""
select md5_number(o.record_key) as record, n.node_id::bigint * 4 + {_TRUST} as who,
    {place("n.rank", "n.links", _TRUST)} as place, o.seen_at, s.source_id
from {{observation}} as o
inner join (
    select n.node_id, hash(g.id_type, g.scope, n.value_key) as quick, {RANK} as rank, t.links
    from {{nodes}} as n
    inner join identity_state.id_group as g on n.group_id = g.group_id
    inner join raw.identifier_type as t on g.id_type = t.id_type
) as n on hash(o.id_type, o.scope, o.value_key) = n.quick
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
