"""A made shop of any size: events of visits, orders that follow visits, in order of days."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

DAYS = 90
FIRST = date(2026, 5, 1)

# Five events a visit, some seconds to five minutes apart; a few people visit often.
EVENTS = """
create table core.fct_event as
with visits as (
    select
        range as v, range // ({events} // 5 // {days}) as d, hash(range) as h
    from range({events} // 5 // {days} * {days})
),
who as (
    select *, cast(pow((h % 1000000) / 1e6, 2.0) * {people} as bigint) as p,
        (hash(v + 1) % 80000)::bigint as second_of_day
    from visits
),
steps as (select *, unnest(range(5)) as k from who)
select
    'e' || lpad((v * 5 + k)::varchar, 10, '0') as event_key,
    'p' || lpad(p::varchar, 8, '0') as person_id,
    'openid:wx:' || lpad(p::varchar, 8, '0') as visitor_key,
    'wx:' || lpad(p::varchar, 8, '0') as session_key,
    null::varchar as device_id,
    timestamp '2026-04-30 16:00:00' + to_days(d::int)
        + to_seconds(second_of_day + k * (20 + (hash(v * 5 + k) % 280)::bigint)) as event_at,
    date '2026-05-01' + d::int as event_on,
    ['view_home', 'view_product', 'view_product', 'add_to_cart', 'purchase'][
        least(k + 1, 1 + (hash(v + 9) % 5))::int] as event_name,
    'pages/' || (hash(v * 5 + k) % 20) as page,
    null::varchar as product_id,
    ['search', 'qr_code', 'share', 'oa_menu', 'oa_message', 'ad', 'direct'][
        1 + (hash(v + 3) % 7)::int] as channel_id,
    'c' || hash(v + 4) % 10 as campaign,
    1.0::double as duration_seconds,
    (1 + d)::int as load_seq,
    (1 + d)::int as changed_load_seq
from steps
where second_of_day + k * 300 < 86400
order by d
"""
# Each order follows a visit of its buyer within a day; one in fifty went unpaid.
ORDERS = """
create table core.fct_order as
with chosen as (
    select person_id, event_at + to_seconds((hash(event_key) % 80000)::bigint) as ordered_at,
        event_key, hash(event_key || 'n') as h
    from core.fct_event
    where event_name = 'view_home' and hash(event_key || 'o') % 1000 < 280
)
select
    'wechat_shop:' || event_key as order_key,
    person_id,
    ordered_at,
    cast(ordered_at + interval 8 hour as date) as ordered_on,
    h % 50 > 0 as is_paid,
    case when h % 50 > 0 then 5 + (h % 30000) / 100 else 0 end::decimal(18, 2) as net_revenue_cny,
    (1 + cast(ordered_at + interval 8 hour as date) - date '2026-05-01')::int as changed_load_seq
from chosen
where cast(ordered_at + interval 8 hour as date) <= date '2026-05-01' + {days} - 1
order by ordered_at
"""
EMPTY = """
create table core.fct_message (message_key varchar, person_id varchar, message_id varchar,
    campaign varchar, opened_at timestamp, changed_load_seq integer);
create table core.int_touch__contact (touch_key varchar, person_id varchar, touched_at timestamp,
    channel_id varchar, campaign varchar, kind varchar, creator_id varchar, changed_load_seq integer);
create table core.int_touch__creator (touch_key varchar, order_key varchar, person_id varchar,
    touched_at timestamp, channel_id varchar, kind varchar, content_id varchar, creator_id varchar,
    changed_load_seq integer);
create table core.dim_channel as select unnest(['ad', 'creator', 'direct', 'oa_menu', 'oa_message', 'organic',
    'qr_code', 'search', 'share']) as channel_id;
create table raw.attribution_rule as select 7 as window_days, 20 as step_cap,
    0.4::double as position_ends, 7::double as half_life_days, 1 as markov_order,
    'net_revenue' as credited_value;
create table raw.as_of (as_of_on date);
"""


def make_shop(con: duckdb.DuckDBPyConnection, events: int) -> None:
    """All facts of all days; `hide_last_day` leaves a shop that does not know its newest day."""
    con.execute("create schema raw; create schema core; create schema marts")
    sizes = {"events": events, "people": events // 30, "orders": events // 10, "days": DAYS}
    con.execute(EVENTS.format(**sizes))
    con.execute(ORDERS.format(**sizes))
    con.execute(EMPTY)
    set_day(con, DAYS)


def set_day(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """The business day, counted from 1."""
    con.execute("delete from raw.as_of")
    con.execute("insert into raw.as_of values (?)", [FIRST + timedelta(days=number - 1)])


def hide_last_day(con: duckdb.DuckDBPyConnection) -> None:
    """Put the newest day's rows aside."""
    last = FIRST + timedelta(days=DAYS - 1)
    for table, day in (("fct_event", "event_on"), ("fct_order", "ordered_on")):
        con.execute(f"create table raw.last_{table} as from core.{table} where {day} = ?", [last])
        con.execute(f"delete from core.{table} where {day} = ?", [last])
    set_day(con, DAYS - 1)


def show_last_day(con: duckdb.DuckDBPyConnection) -> None:
    """The newest day's rows arrive."""
    for table in ("fct_event", "fct_order"):
        con.execute(f"insert into core.{table} from raw.last_{table}")
    set_day(con, DAYS)
