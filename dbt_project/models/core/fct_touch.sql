-- Every contact between a person and the brand that can lead to an order.
-- A night takes the visits of the days that changed, and every touch of the other, smaller kinds.
-- Grain: one row per touch.
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = ['touch_key', 'touched_on'],
    pre_hook = "{{ forget_touches() }}",
) }}
with

{% if is_incremental() -%}
-- The days are found in two narrow columns, and only those days are read whole.
new_days as (
    select distinct session.session_on
    from {{ ref('fct_session') }} as session
    where {{ is_new_visit('session') }}
),

-- With a session all those of its visit: a late one gives the later ones other numbers.
new_visits as (
    select distinct
        session.visit_key,
        session.session_on
    from {{ ref('fct_session') }} as session
    inner join new_days on session.session_on = new_days.session_on
    where {{ is_new_visit('session') }}
),

{% endif -%}
touches as (
    select
        'visit:' || session_key as touch_key,
        person_id,
        started_at as touched_at,
        channel_id,
        campaign,
        'visit' as kind,
        landing_page as content_id,
        cast(null as varchar) as creator_id,
        cast(null as varchar) as order_key,
        changed_load_seq
    from {{ ref('fct_session') }} as session
    {% if is_incremental() -%}
    inner join new_days on session.session_on = new_days.session_on
    inner join new_visits
        on
            session.visit_key = new_visits.visit_key
            and session.session_on = new_visits.session_on
    {% endif -%}
    union all
    select
        'message:' || message_key as touch_key,
        person_id,
        opened_at as touched_at,
        'oa_message' as channel_id,
        campaign,
        'message_open' as kind,
        message_id as content_id,
        cast(null as varchar) as creator_id,
        cast(null as varchar) as order_key,
        changed_load_seq
    from {{ ref('fct_message') }}
    where opened_at is not null
    union all
    select
        touch_key,
        person_id,
        touched_at,
        channel_id,
        campaign,
        kind,
        cast(null as varchar) as content_id,
        creator_id,
        cast(null as varchar) as order_key,
        changed_load_seq
    from {{ ref('int_touch__contact') }}
    union all
    select
        touch_key,
        person_id,
        touched_at,
        channel_id,
        cast(null as varchar) as campaign,
        kind,
        content_id,
        creator_id,
        order_key,
        changed_load_seq
    from {{ ref('int_touch__creator') }}
),

final as (
    select
        touch_key,
        person_id,
        touched_at,
        {{ shanghai_day('touched_at') }} as touched_on,
        channel_id,
        campaign,
        kind,
        content_id,
        creator_id,
        order_key,
        changed_load_seq
    from touches
)

select * from final
