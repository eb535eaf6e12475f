"""Events that a later export tells otherwise: what stands where they were cannot see them go."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# As in core.fct_event.
_EVENT_ON = "cast(cast(event_at as timestamp) + interval 8 hour as date)"
_VISIT = "appid || ':' || coalesce(session_id, openid, unionid, device_id, '')"
_MOVED = """
with
came as (
    select _key
    from raw.mini_program_event
    where _load_seq > (select coalesce(max(load_seq), 0) from core.fct_event)
),
stood as (
    select event_key, session_key, event_on
    from core.fct_event
    where event_key in (select _key from came)
),
newest as (
    select _key, {visit} as session_key, {event_on} as event_on
    from raw.mini_program_event
    where _key in (select event_key from stood)
    qualify row_number() over (
        partition by _key
        order by _status_rank desc, _exported_at desc nulls last, _load_seq desc,
            _file_sha256 desc, _row desc
    ) = 1
)
select exists(
    from stood
    inner join newest on stood.event_key = newest._key
    where (stood.session_key, stood.event_on) <> (newest.session_key, newest.event_on)
)
"""


def events_moved(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a load that core.fct_event lacks moves one of its events to another day or visit.

    A visit that loses an event holds nothing newer by which a night could tell, and so do the touches
    and credits behind it. Reads the keys of all events once, and no more where none came again.
    """
    there = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'core' and table_name = 'fct_event'"
    ).fetchall()[0][0]
    if not there:
        return False
    query = _MOVED.format(visit=_VISIT, event_on=_EVENT_ON)
    return bool(con.execute(query).fetchall()[0][0])
