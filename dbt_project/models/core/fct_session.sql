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

{% endif -%}
events as (
    select event.*
    from {{ ref('fct_event') }} as event
    {% if is_incremental() -%}
    inner join touched
        on event.event_on = touched.event_on and event.session_key = touched.session_key
    {%- endif %}
),

-- Only a visit that lasts longer than the gap can hold one.
long_visits as (
    select
        session_key,
        event_on
    from events
    group by session_key, event_on
    having max(event_at) > min(event_at) + {{ session_gap() }}
),

gaps as (
    select
        events.*,
        coalesce(
            events.event_at - lag(events.event_at) over (
                partition by events.session_key, events.event_on
                order by events.event_at, events.event_key
            ) > {{ session_gap() }},
            true
        ) as is_start
    from events
    inner join long_visits
        on events.session_key = long_visits.session_key and events.event_on = long_visits.event_on
),

numbered as (
    select
        {{ session_event_columns('gaps') }},
        cast(sum(case when is_start then 1 else 0 end) over (
            partition by session_key, event_on
            order by event_at, event_key
            rows between unbounded preceding and current row
        ) as integer) as session_no
    from gaps
    union all
    select
        {{ session_event_columns('events') }},
        1 as session_no
    from events
    left join long_visits
        on events.session_key = long_visits.session_key and events.event_on = long_visits.event_on
    where long_visits.session_key is null
),

sessions as (
    select
        session_key as visit_key,
        event_on as session_on,
        session_no,
        {{ first_by(
            ['person_id', 'visitor_key', 'channel_id', 'campaign', 'page'],
            ['event_at', 'event_key'],
        ) }} as opening,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'view_product' then 1 end) as product_view_count,
        count(case when event_name = 'add_to_cart' then 1 end) > 0 as has_cart,
        count(case when event_name = 'purchase' then 1 end) > 0 as has_purchase,
        max(changed_load_seq) as changed_load_seq
    from numbered
    group by session_key, event_on, session_no
),

final as (
    select
        visit_key || ':' || cast(session_on as varchar) || ':' || session_no as session_key,
        visit_key,
        opening.visitor_key,
        opening.person_id,
        session_on,
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
