-- Law: fee, subsidy, timing and the unexplained part sum to the difference of every order, and the
-- days hold exactly the orders.
{{ config(meta = {'dagster': {'ref': {'name': 'reconciliation_daily'}}}) }}
with

orders as (
    select
        count(*) as order_count,
        sum(difference_cny) as difference_cny,
        count(
            case
                when difference_cny <> fee_cny + subsidy_cny + timing_cny + unexplained_cny then 1
            end
        ) as broken_count
    from {{ ref('reconciliation') }}
),

days as (
    select
        coalesce(sum(order_count), 0) as order_count,
        sum(difference_cny) as difference_cny
    from {{ ref('reconciliation_daily') }}
)

select
    orders.broken_count,
    orders.difference_cny,
    days.difference_cny as days_difference_cny
from orders
cross join days
where
    orders.broken_count > 0
    or orders.order_count <> days.order_count
    or coalesce(orders.difference_cny, 0) <> coalesce(days.difference_cny, 0)
