-- Taobao/Tmall order lines: newest state of each key, named and typed.
-- Grain: one row per sub-order (one product of one order)
with

source as (
    select * from {{ latest_state(source('raw', 'taobao_order_line')) }} as newest
),

final as (
    select
        -- ids
        line_no,
        order_no,
        product_id,
        payment_no,
        -- text
        title,
        product_attributes,
        status as status_text,
        {{ order_status('status') }} as status,
        refund_status,
        -- numbers
        {{ money('price_cny') }} as price_cny,
        cast(quantity as bigint) as quantity,
        {{ money('payable_cny') }} as payable_cny,
        {{ money('paid_cny') }} as paid_cny,
        {{ money('refund_cny') }} as refund_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
