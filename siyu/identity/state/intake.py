"""One load's observations become identifiers and record pairs in the state."""

from __future__ import annotations

import duckdb

from siyu.errors import PermanentFailure
from siyu.identity.state.first_load import FIRST_LOAD
from siyu.identity.state.later_load import LATER_LOAD
from siyu.identity.state.observed import COLLISION

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


def take_in(con: duckdb.DuckDBPyConnection, load_seq: int, observation: str = OBSERVATION) -> bool:
    """Bring one load's identifiers and pairs into the state; returns whether it is the first load.

    Membership is not written: it is what solving gives. Later loads leave two work tables:
    `later_arrival` (identifiers of the load, known and new) and `fresh_pair` (the pairs it added; a
    record that gains something is written anew). Raises PermanentFailure when two identifiers have
    one hash.
    """
    is_first = not con.execute("select 1 from identity_state.node limit 1").fetchall()
    try:
        for query in (_GROUPS, _SOURCES, *(FIRST_LOAD if is_first else LATER_LOAD)):
            words = {"load": load_seq} if "$load" in query else None
            con.execute(query.format(observation=observation), words)
    except duckdb.InvalidInputException as fault:
        if COLLISION not in str(fault):
            raise
        raise PermanentFailure(f"load {load_seq}: {COLLISION}: give `quick` a salt") from None
    return is_first
