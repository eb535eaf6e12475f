-- PDD orders: newest state of each key, named and typed.
-- Grain: one row per order (PDD sells one product per order; no buyer id is exported)
with

source as (
    select * from {{ latest_state(source('raw', 'pdd_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        product_id,
        item_no,
        -- text
        title,
        status as status_text,
        {{ order_status('status') }} as status,
        product_attributes,
        after_sale_status,
        -- numbers
        {{ money('goods_cny') }} as goods_cny,
        {{ money('shipping_cny') }} as shipping_cny,
        {{ money('shop_discount_cny') }} as shop_discount_cny,
        {{ money('platform_discount_cny') }} as platform_discount_cny,
        {{ money('paid_cny') }} as paid_cny,
        {{ money('received_cny') }} as received_cny,
        cast(quantity as bigint) as quantity,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('shipped_at') }} as shipped_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
