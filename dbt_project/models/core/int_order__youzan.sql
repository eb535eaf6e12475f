-- Youzan orders in the common shape.
-- Grain: one row per order.
with

orders as (
    select * from {{ ref('stg_youzan__order') }}
),

payments as (
    select * from {{ ref('int_payment__wechat') }}
),

final as (
    select
        'youzan' as platform,
        orders.store,
        orders.order_no,
        case
            when orders.buyer_phone is not null then 'phone'
            when payments.openid is not null then 'openid'
        end as buyer_id_type,
        case
            when orders.buyer_phone is not null then ''
            when payments.openid is not null then payments.appid
        end as buyer_scope,
        coalesce(orders.buyer_phone, payments.openid) as buyer_value_key,
        orders.ordered_at,
        orders.paid_at,
        orders.completed_at,
        orders.status,
        orders.goods_cny,
        orders.shipping_cny,
        orders.paid_cny,
        {{ refund_told('orders.paid_at', 'orders.status', 'orders.refund_cny') }} as refund_cny,
        0 as platform_subsidy_cny,
        orders.transaction_no,
        orders.payment_method,
        orders.product_kinds,
        orders.exported_at,
        orders.store_id,
        orders.load_seq
    from orders
    left join payments on orders.transaction_no = payments.transaction_no
)

select * from final
