-- Money in and money back, each with its time; per order the signed sum is its net revenue.
-- Grain: one row per payment or refund.
with

movements as (
    select * from {{ ref('int_payment__movement') }}
    where amount_cny <> 0
),

orders as (
    select
        fct_order.order_key,
        fct_order.person_id,
        fct_order.platform,
        int_order__all.payment_method as method
    from {{ ref('fct_order') }} as fct_order
    inner join {{ ref('int_order__all') }} as int_order__all
        on fct_order.order_key = int_order__all.order_key
    where fct_order.is_paid
),

final as (
    select
        movements.payment_key,
        movements.order_key,
        orders.person_id,
        orders.platform,
        movements.kind,
        {{ money('movements.amount_cny') }} as amount_cny,
        {{ money("case movements.kind when 'payment' then movements.amount_cny "
            ~ "else -movements.amount_cny end") }} as signed_cny,
        movements.happened_at,
        {{ shanghai_day('movements.happened_at') }} as happened_on,
        orders.method,
        movements.transaction_no,
        movements.is_dated
    from movements
    inner join orders on movements.order_key = orders.order_key
)

select * from final
