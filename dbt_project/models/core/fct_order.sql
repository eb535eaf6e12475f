-- Every order of every platform, with the person who bought and the money that stayed.
-- Grain: one row per order.
with

orders as (
    select * from {{ ref('int_order__all') }}
),

lines as (
    select
        order_key,
        count(*) as line_count,
        sum(quantity) as item_quantity
    from {{ ref('int_order_line__all') }}
    group by order_key
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

final as (
    select
        orders.order_key,
        orders.platform,
        orders.store,
        orders.store_id,
        orders.order_no,
        bridge.person_id,
        orders.buyer_id_type,
        orders.buyer_scope,
        orders.buyer_value_key,
        orders.ordered_at,
        {{ shanghai_day('orders.ordered_at') }} as ordered_on,
        orders.paid_at,
        {{ shanghai_day('orders.paid_at') }} as paid_on,
        orders.completed_at,
        orders.status,
        orders.is_paid,
        cast(coalesce(lines.line_count, orders.product_kinds, 0) as bigint) as line_count,
        cast(lines.item_quantity as bigint) as item_quantity,
        orders.goods_cny,
        orders.shipping_cny,
        orders.paid_cny,
        orders.refund_cny,
        orders.platform_subsidy_cny,
        {{ net_revenue('orders.is_paid', 'orders.paid_cny', 'orders.refund_cny') }}
            as net_revenue_cny,
        cast(orders.load_seq as integer) as load_seq,
        cast(greatest(orders.load_seq, coalesce(changes.load_seq, 0)) as integer)
            as changed_load_seq
    from orders
    left join lines on orders.order_key = lines.order_key
    left join bridge on {{ same_identifier('orders', 'bridge') }}
    left join {{ person_changes() }} as changes on bridge.person_id = changes.person_id
)

select * from final
