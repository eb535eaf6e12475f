-- Official Account message deliveries and opens: newest state of each key, named and typed.
-- Grain: one row per message and follower (the brand's own log)
with

source as (
    select * from {{ latest_state(source('raw', 'wechat_oa_message')) }} as newest
),

final as (
    select
        -- ids
        message_id,
        appid,
        openid,
        -- text
        campaign,
        title,
        -- numbers
        _load_seq as load_seq,
        -- times
        {{ instant('sent_at') }} as sent_at,
        {{ instant('opened_at') }} as opened_at,
        {{ instant('clicked_at') }} as clicked_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
