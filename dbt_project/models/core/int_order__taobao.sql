-- Taobao orders in the common shape; the refund of an order is that of its sub-orders.
-- Grain: one row per order.
with

orders as (
    select * from {{ ref('stg_taobao__order') }}
),

line_refunds as (
    select
        order_no,
        sum(refund_cny) as refund_cny
    from {{ ref('stg_taobao__order_line') }}
    where {{ is_refunded('refund_status') }} or status_text = '退款成功'
    group by order_no
),

final as (
    select
        'taobao' as platform,
        orders.store,
        orders.order_no,
        case when orders.buyer_nick is null then 'phone' else 'taobao_nick' end as buyer_id_type,
        '' as buyer_scope,
        coalesce(orders.buyer_nick, orders.receiver_phone) as buyer_value_key,
        orders.ordered_at,
        orders.paid_at,
        cast(null as timestamp) as completed_at,
        orders.status,
        orders.goods_cny,
        orders.shipping_cny,
        orders.paid_cny,
        coalesce(line_refunds.refund_cny, 0) as refund_cny,
        0 as platform_subsidy_cny,
        cast(null as varchar) as transaction_no,
        'alipay' as payment_method,
        cast(null as bigint) as product_kinds,
        orders.exported_at,
        orders.load_seq
    from orders
    left join line_refunds on orders.order_no = line_refunds.order_no
)

select * from final
