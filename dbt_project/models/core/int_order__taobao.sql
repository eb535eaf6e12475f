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
    from {{ ref('int_order_line__taobao') }}
    group by order_no
),

-- 预售: a deposit whose balance never came stays with the seller, and only the bill knows of it.
forfeits as (
    select
        order_no,
        sum(case when kind = 'receipt' then amount_cny else 0 end) as received_cny,
        -sum(case when kind = 'refund' then amount_cny else 0 end) as refund_cny,
        min(happened_at) as received_at
    from {{ ref('int_settlement__taobao') }}
    where kind in ('receipt', 'refund') and {{ shanghai_day('happened_at') }} <= {{ as_of() }}
    group by order_no
    having sum(amount_cny) > 0
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
        coalesce(orders.paid_at, forfeits.received_at) as paid_at,
        cast(null as timestamp) as completed_at,
        orders.status,
        orders.goods_cny,
        orders.shipping_cny,
        coalesce(forfeits.received_cny, orders.paid_cny) as paid_cny,
        {{ refund_told(
            'orders.paid_at', 'orders.status',
            'coalesce(forfeits.refund_cny, line_refunds.refund_cny)'
        ) }} as refund_cny,
        0 as platform_subsidy_cny,
        cast(null as varchar) as transaction_no,
        'alipay' as payment_method,
        cast(null as bigint) as product_kinds,
        orders.exported_at,
        orders.store_id,
        orders.load_seq
    from orders
    left join line_refunds on orders.order_no = line_refunds.order_no
    left join forfeits
        on
            orders.order_no = forfeits.order_no
            and orders.paid_at is null
            and orders.status in ('closed', 'cancelled')
)

select * from final
