-- Coupons issued and used: newest state of each key, named and typed.
-- Grain: one row per coupon
with

source as (
    select * from {{ latest_state(source('raw', 'coupon')) }} as newest
),

final as (
    select
        -- ids
        coupon_no,
        member_no,
        order_no,
        -- text
        batch,
        status,
        -- numbers
        {{ money('face_value_cny') }} as face_value_cny,
        {{ money('threshold_cny') }} as threshold_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('issued_at') }} as issued_at,
        {{ instant('used_at') }} as used_at,
        cast(expires_on as date) as expires_on,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
