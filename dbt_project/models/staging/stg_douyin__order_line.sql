-- Douyin shop orders: newest state of each key, named and typed.
-- Grain: one row per sub-order (receiver fields are encrypted; no buyer id is exported)
with

source as (
    select * from {{ latest_state(source('raw', 'douyin_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        line_no,
        product_id,
        item_no,
        receiver_phone,
        creator_id,
        -- text
        title,
        product_attributes,
        province,
        city,
        status as status_text,
        {{ order_status('status') }} as status,
        after_sale_status,
        creator_name,
        traffic_source,
        traffic_format,
        -- numbers
        cast(quantity as bigint) as quantity,
        {{ money('price_cny') }} as price_cny,
        {{ money('paid_cny') }} as paid_cny,
        {{ money('shipping_cny') }} as shipping_cny,
        {{ money('platform_discount_cny') }} as platform_discount_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
