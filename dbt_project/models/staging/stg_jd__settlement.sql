-- JD settlement: newest state of each key, named and typed.
-- Grain: one row per fee of one product of one order; goods (货款) going out (支出) is a refund
with

source as (
    select * from {{ latest_state(source('raw', 'jd_settlement')) }} as newest
),

final as (
    select
        -- ids
        _key as movement_key,
        order_no,
        service_no,
        product_id,
        fee_name,
        direction,
        -- text
        status,
        settlement_status,
        title,
        currency,
        -- numbers
        cast(quantity as bigint) as quantity,
        {{ money('amount_cny') }} as amount_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('refunded_at') }} as refunded_at,
        {{ instant('due_at') }} as due_at,
        {{ instant('billed_at') }} as billed_at,
        {{ instant('settled_at') }} as settled_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
