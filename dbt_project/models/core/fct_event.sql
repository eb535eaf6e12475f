-- What visitors did in the Mini Program, up to the business day.
-- A night takes the events that came or changed, and those whose person did.
-- Grain: one row per event.
-- depends_on: {{ source('raw', 'mini_program_event') }}
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'event_key',
    pre_hook = "{{ forget_events() }}",
) }}
with

{% if is_incremental() -%}
moved as (
    {{ moved_events() }}
),

states as (
    select *
    from {{ source('raw', 'mini_program_event') }}
    where _key in (select moved.event_key from moved)
),

staged as (
    {{ event_states('states') }}
),

{% endif -%}
events as (
    select
        *,
        {{ first_identifier([
            ('openid', 'openid', 'appid'),
            ('unionid', 'unionid', "''"),
            ('device_id', 'device_id', "'mini_program'"),
        ]) }}
    from {{ 'staged' if is_incremental() else ref('stg_mini_program__event') }}
    where {{ shanghai_day('event_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

final as (
    select
        events.event_id as event_key,
        bridge.person_id,
        coalesce(events.buyer_id_type, '') || ':' || coalesce(events.buyer_scope, '') || ':'
        || coalesce(events.buyer_value_key, '') as visitor_key,
        events.appid || ':' || coalesce(events.session_id, events.buyer_value_key, '')
            as session_key,
        events.device_id,
        events.event_at,
        {{ shanghai_day('events.event_at') }} as event_on,
        events.event_name,
        events.page,
        events.product_id,
        {{ scene_channel('events.scene') }} as channel_id,
        events.campaign,
        cast(events.duration_seconds as double) as duration_seconds,
        cast(events.load_seq as integer) as load_seq,
        cast(greatest(
            events.load_seq,
            coalesce(changes.load_seq, 0),
            coalesce(bridge.shared_load_seq, 0)
        ) as integer) as changed_load_seq
    from events
    left join bridge on {{ same_identifier('events', 'bridge') }}
    left join {{ person_changes() }} as changes on bridge.person_id = changes.person_id
)

select * from final
