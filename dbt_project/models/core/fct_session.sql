-- Visits to the Mini Program: an app session cut after 30 silent minutes and at midnight.
-- Sorted and grouped are numbers and the visit's key; the first event's texts are joined at the end, to
-- rows so narrow that the events stream past them in order of days.
-- Grain: one row per session.
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = ['visit_key', 'session_on'],
) }}
with

{% if is_incremental() -%}
-- The days are found in two narrow columns, and only those days are read whole.
new_days as (
    select distinct event.event_on
    from {{ ref('fct_event') }} as event
    where {{ is_new_since('event', 'changed_load_seq', 'event_on', 'session_on') }}
),

touched as (
    select distinct
        event.session_key,
        event.event_on
    from {{ ref('fct_event') }} as event
    where
        event.event_on in (select new_days.event_on from new_days)
        and {{ is_new_since('event', 'changed_load_seq', 'event_on', 'session_on') }}
),

-- `in` and no join: an engine that guesses how many rows a join gives may take all events for few.
touched_events as (
    select
        event.*,
        {{ row_handle(ref('fct_event'), 'event', 'event_key') }} as row_handle
    from {{ ref('fct_event') }} as event
    where (event.session_key, event.event_on) in (
        select
            touched.session_key,
            touched.event_on
        from touched
    )
),

{% endif -%}
{% set events = 'touched_events' if is_incremental() else ref('fct_event') -%}
{% set handle = 'row_handle' if is_incremental() else row_handle(ref('fct_event'), 'event', 'event_key') -%}
visits as (
    select
        session_key,
        event_on,
        1 as session_no,
        {{ session_measures(handle) }}
    from {{ events }} as event
    group by session_key, event_on
),

-- Only a visit that lasts longer than the gap can hold one. No slot of its time holds a gap inside.
slots as (
    select
        session_key,
        event_on,
        {{ session_measures(handle) }}
    from {{ events }} as event
    where (session_key, event_on) in (
        select
            visits.session_key,
            visits.event_on
        from visits
        where visits.ended_at > visits.started_at + {{ session_gap() }}
    )
    group by session_key, event_on, {{ session_slot('event_at') }}
),

silences as (
    select
        *,
        case
            when started_at <= lag(ended_at) over visit + {{ session_gap() }} then 0
            else 1
        end as is_new
    from slots
    window visit as (partition by session_key, event_on order by started_at)
),

numbered as (
    select
        *,
        cast(sum(is_new) over (
            partition by session_key, event_on order by started_at rows unbounded preceding
        ) as integer) as session_no
    from silences
),

sessions as (
    select
        session_no,
        opening,
        started_at,
        ended_at,
        event_count,
        product_view_count,
        marks,
        changed_load_seq
    from visits
    where ended_at <= started_at + {{ session_gap() }}
    union all
    select
        session_no,
        {{ first_of('opening', ['started_at']) }} as opening,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(product_view_count) as bigint) as product_view_count,
        bit_or(marks) as marks,
        max(changed_load_seq) as changed_load_seq
    from numbered
    group by session_key, event_on, session_no
),

final as (
    select
        event.session_key || ':' || cast(event.event_on as varchar) || ':' || sessions.session_no
            as session_key,
        event.session_key as visit_key,
        event.visitor_key,
        event.person_id,
        event.event_on as session_on,
        sessions.started_at,
        sessions.ended_at,
        cast({{ seconds_between('sessions.started_at', 'sessions.ended_at') }} as integer)
            as duration_seconds,
        sessions.event_count,
        sessions.product_view_count,
        event.channel_id,
        event.campaign,
        event.page as landing_page,
        sessions.marks in (1, 3) as has_cart,
        sessions.marks in (2, 3) as has_purchase,
        sessions.changed_load_seq
    from sessions
    inner join {{ events }} as event on sessions.opening = {{ handle }}
)

select * from final
