-- Every product line of every order.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('int_order_line__all') }}
),

orders as (
    select * from {{ ref('fct_order') }}
),

final as (
    select
        lines.line_key,
        lines.order_key,
        lines.platform,
        orders.person_id,
        lines.product_id,
        lines.product_name,
        lines.quantity,
        lines.price_cny,
        {{ money('case when orders.is_paid then lines.paid_cny else 0 end') }} as paid_cny,
        {{ money('case when orders.is_paid then lines.refund_cny else 0 end') }} as refund_cny,
        orders.ordered_on
    from lines
    -- A line without its order has no buyer, day or state yet: it waits for the order's export.
    inner join orders on lines.order_key = orders.order_key
)

select * from final
