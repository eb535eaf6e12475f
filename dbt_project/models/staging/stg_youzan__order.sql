-- Youzan orders: newest state of each key, named and typed.
-- Grain: one row per order (all products joined in one cell)
with

source as (
    select * from {{ latest_state(source('raw', 'youzan_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        transaction_no,
        receiver_phone,
        buyer_phone,
        -- text
        sales_channel,
        store,
        status as status_text,
        {{ order_status('status') }} as status,
        payment_method,
        titles,
        province,
        city,
        receiver_name,
        buyer_nick,
        distributor,
        refund_status,
        -- numbers
        {{ money('goods_cny') }} as goods_cny,
        {{ money('shipping_cny') }} as shipping_cny,
        {{ money('discount_cny') }} as discount_cny,
        {{ money('paid_cny') }} as paid_cny,
        cast(product_kinds as bigint) as product_kinds,
        {{ money('refund_cny') }} as refund_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
