-- Taobao/Tmall orders: newest state of each key, named and typed.
-- Grain: one row per order
with

source as (
    select * from {{ latest_state(source('raw', 'taobao_order')) }} as newest
),

final as (
    select
        -- ids
        order_no,
        _store_id as store_id,
        buyer_nick,
        alipay_account,
        receiver_phone,
        -- text
        receiver_name,
        status as status_text,
        {{ order_status('status') }} as status,
        title,
        store,
        close_reason,
        -- numbers
        {{ money('goods_cny') }} as goods_cny,
        {{ money('shipping_cny') }} as shipping_cny,
        {{ money('payable_cny') }} as payable_cny,
        {{ money('paid_cny') }} as paid_cny,
        cast(quantity as bigint) as quantity,
        _load_seq as load_seq,
        -- times
        {{ instant('ordered_at') }} as ordered_at,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
