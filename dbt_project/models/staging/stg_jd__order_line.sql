-- JD orders: newest state of each key, named and typed.
-- Grain: one row per product of one order (order totals repeated on each row)
with

source as (
    select * from {{ latest_state(source('raw', 'jd_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        product_id,
        buyer_pin,
        receiver_phone,
        item_no,
        split_into,
        -- text
        title,
        payment_method,
        status as status_text,
        {{ order_status('status') }} as status,
        receiver_name,
        -- numbers
        cast(quantity as bigint) as quantity,
        {{ money('price_cny') }} as price_cny,
        {{ money('order_cny') }} as order_cny,
        {{ money('settled_cny') }} as settled_cny,
        {{ money('balance_cny') }} as balance_cny,
        {{ money('payable_cny') }} as payable_cny,
        {{ money('shipping_cny') }} as shipping_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
