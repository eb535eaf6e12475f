-- Xiaohongshu orders: newest state of each key, named and typed.
-- Grain: one row per SKU of one order
with

source as (
    select * from {{ latest_state(source('raw', 'xhs_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        user_no,
        receiver_phone,
        sku_id,
        creator_id,
        product_id,
        -- text
        status as status_text,
        {{ order_status('status') }} as status,
        after_sale_status,
        receiver_name,
        province,
        city,
        title,
        creator_name,
        store,
        -- numbers
        cast(quantity as bigint) as quantity,
        {{ money('goods_cny') }} as goods_cny,
        {{ money('payable_cny') }} as payable_cny,
        {{ money('platform_discount_cny') }} as platform_discount_cny,
        {{ money('paid_cny') }} as receivable_cny,
        _load_seq as load_seq,
        -- flags
        cast(is_gift as boolean) as is_gift,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
