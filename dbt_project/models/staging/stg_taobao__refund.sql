-- Tmall refunds: newest state of each key, named and typed.
-- Grain: one row per refund
with

source as (
    select * from {{ latest_state(source('raw', 'taobao_refund')) }} as newest
),

final as (
    select
        -- ids
        refund_no,
        order_no,
        alipay_transaction_no,
        buyer_nick,
        product_id,
        -- text
        title,
        status,
        -- numbers
        {{ money('paid_cny') }} as paid_cny,
        {{ money('refund_cny') }} as refund_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('paid_at') }} as paid_at,
        {{ instant('requested_at') }} as requested_at,
        {{ instant('refunded_at') }} as refunded_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
