-- WeChat shop orders: newest state of each key, named and typed.
-- Grain: one row per product of one order (order totals repeated on each row)
with

source as (
    select * from {{ latest_state(source('raw', 'wechat_shop_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        receiver_phone,
        transaction_no,
        product_id,
        item_no,
        corp_id,
        employee_id,
        external_userid,
        creator_id,
        -- text
        status as status_text,
        {{ order_status('status') }} as status,
        receiver_name,
        province,
        city,
        title,
        product_attributes,
        creator_name,
        -- numbers
        {{ money('goods_cny') }} as goods_cny,
        {{ money('paid_cny') }} as paid_cny,
        {{ money('received_cny') }} as received_cny,
        {{ money('shipping_cny') }} as shipping_cny,
        {{ money('price_cny') }} as price_cny,
        {{ money('line_paid_cny') }} as line_paid_cny,
        cast(quantity as bigint) as quantity,
        {{ money('refund_cny') }} as refund_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('completed_at') }} as completed_at,
        {{ instant('shared_at') }} as shared_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
