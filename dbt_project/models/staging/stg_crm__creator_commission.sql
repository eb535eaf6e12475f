-- Creator commissions: newest state of each key, named and typed.
-- Grain: one row per order that a creator's work brought
with

source as (
    select * from {{ latest_state(source('raw', 'creator_commission')) }} as newest
),

final as (
    select
        -- ids
        settlement_no,
        order_no,
        creator_id,
        cooperation_no,
        -- text
        platform,
        -- numbers
        cast(commission_rate as decimal(18, 4)) as commission_rate,
        {{ money('commission_cny') }} as commission_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('settled_at') }} as settled_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
