-- Referrals: newest state of each key, named and typed.
-- Grain: one row per invitation accepted
with

source as (
    select * from {{ latest_state(source('raw', 'referral')) }} as newest
),

final as (
    select
        -- ids
        referral_no,
        referrer_unionid,
        referee_unionid,
        -- text
        campaign,
        -- numbers
        {{ money('reward_cny') }} as reward_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('invited_at') }} as invited_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
