-- Mini Program events: newest state of each key, named and typed.
-- Grain: one row per event (the brand's own tracking)
with

source as (
    select * from {{ latest_state(source('raw', 'mini_program_event')) }} as newest
),

final as (
    select
        -- ids
        event_id,
        appid,
        openid,
        unionid,
        device_id,
        session_id,
        product_id,
        -- text
        event_name,
        page,
        scene,
        campaign,
        -- numbers
        {{ money('duration_seconds') }} as duration_seconds,
        _load_seq as load_seq,
        -- times
        {{ instant('event_at') }} as event_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
