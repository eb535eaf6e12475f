-- Visits to the Mini Program: an app session cut after 30 silent minutes and at midnight.
-- Grain: one row per session.
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = ['visit_key', 'session_on'],
) }}
with

{% if is_incremental() -%}
touched as (
    select distinct
        session_key,
        event_on
    from {{ ref('fct_event') }} as event
    where {{ is_new_since('event', 'changed_load_seq', 'event_on', 'session_on') }}
),

touched_events as (
    select event.*
    from {{ ref('fct_event') }} as event
    inner join touched
        on event.event_on = touched.event_on and event.session_key = touched.session_key
),

{% endif -%}
{% set events = 'touched_events' if is_incremental() else ref('fct_event') -%}
visits as (
    select
        session_key,
        event_on,
        1 as session_no,
        {{ session_measures() }}
    from {{ events }}
    group by session_key, event_on
),

-- Only a visit that lasts longer than the gap can hold one. Times alone are sorted, never whole rows.
long_events as (
    select events.*
    from {{ events }} as events
    inner join visits
        on events.session_key = visits.session_key and events.event_on = visits.event_on
    where visits.ended_at > visits.started_at + {{ session_gap() }}
),

silences as (
    select
        session_key,
        event_on,
        event_at,
        lag(event_at) over (
            partition by session_key, event_on order by event_at
        ) as previous_at
    from long_events
),

cuts as (
    select
        session_key,
        event_on,
        event_at as from_at,
        cast(row_number() over visit as integer) as session_no,
        lead(event_at) over visit as until_at
    from silences
    where previous_at is null or event_at > previous_at + {{ session_gap() }}
    window visit as (partition by session_key, event_on order by event_at)
),

numbered as (
    select
        long_events.*,
        cuts.session_no
    from long_events
    inner join cuts
        on
            long_events.session_key = cuts.session_key
            and long_events.event_on = cuts.event_on
            and long_events.event_at >= cuts.from_at
            and long_events.event_at < coalesce(cuts.until_at, timestamp '9999-12-31 00:00:00')
),

sessions as (
    select * from visits
    where ended_at <= started_at + {{ session_gap() }}
    union all
    select
        session_key,
        event_on,
        session_no,
        {{ session_measures() }}
    from numbered
    group by session_key, event_on, session_no
),

final as (
    select
        session_key || ':' || cast(event_on as varchar) || ':' || session_no as session_key,
        session_key as visit_key,
        opening.visitor_key,
        opening.person_id,
        event_on as session_on,
        started_at,
        ended_at,
        cast({{ seconds_between('started_at', 'ended_at') }} as integer) as duration_seconds,
        event_count,
        product_view_count,
        opening.channel_id,
        opening.campaign,
        opening.page as landing_page,
        has_cart,
        has_purchase,
        changed_load_seq
    from sessions
)

select * from final
