-- Every contact between a person and the brand that can lead to an order.
-- Grain: one row per touch.
with

visits as (
    select
        session_key,
        person_id,
        event_at,
        channel_id,
        campaign,
        row_number() over (partition by session_key order by event_at, event_key) as event_rank
    from {{ ref('fct_event') }}
),

touches as (
    select
        'visit:' || session_key as touch_key,
        person_id,
        event_at as touched_at,
        channel_id,
        campaign,
        'visit' as kind
    from visits
    where event_rank = 1
    union all
    select
        'message:' || message_key as touch_key,
        person_id,
        opened_at as touched_at,
        'oa_message' as channel_id,
        campaign,
        'message_open' as kind
    from {{ ref('fct_message') }}
    where opened_at is not null
    union all
    select
        touch_key,
        person_id,
        touched_at,
        channel_id,
        campaign,
        kind
    from {{ ref('int_touch__contact') }}
),

final as (
    select
        touch_key,
        person_id,
        touched_at,
        {{ shanghai_day('touched_at') }} as touched_on,
        channel_id,
        campaign,
        kind
    from touches
)

select * from final
