-- What visitors did in the Mini Program, up to the business day.
-- Grain: one row per event.
with

events as (
    select
        *,
        {{ first_identifier([
            ('openid', 'openid', 'appid'),
            ('unionid', 'unionid', "''"),
            ('device_id', 'device_id', "'mini_program'"),
        ]) }}
    from {{ ref('stg_mini_program__event') }}
    where {{ shanghai_day('event_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

final as (
    select
        events.event_id as event_key,
        bridge.person_id,
        events.appid || ':' || events.session_id as session_key,
        events.event_at,
        {{ shanghai_day('events.event_at') }} as event_on,
        events.event_name,
        events.page,
        events.product_id,
        {{ scene_channel('events.scene') }} as channel_id,
        events.campaign,
        cast(events.duration_seconds as double) as duration_seconds
    from events
    left join bridge on {{ same_identifier('events', 'bridge') }}
)

select * from final
