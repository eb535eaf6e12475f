-- Official Account followers: newest state of each key, named and typed.
-- Grain: one row per follower (API reply of user/info/batchget)
with

source as (
    select * from {{ latest_state(source('raw', 'wechat_oa_fan')) }} as newest
),

final as (
    select
        -- ids
        appid,
        openid,
        unionid,
        -- text
        gender,
        city,
        province,
        subscribe_scene,
        -- numbers
        _load_seq as load_seq,
        -- flags
        cast(is_subscribed as boolean) as is_subscribed,
        -- times
        {{ instant('subscribed_at') }} as subscribed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
