-- Law: the stores of a day hold exactly the paid orders, the money and the refunds of the day.
{{ config(meta = {'dagster': {'ref': {'name': 'store_daily'}}}) }}
with

stores as (
    select
        day_on,
        sum(order_count) as order_count,
        sum(gross_cny) as gross_cny,
        sum(refund_cny) as refund_cny,
        sum(net_revenue_cny) as net_revenue_cny
    from {{ ref('store_daily') }}
    group by day_on
)

select days.day_on
from {{ ref('daily_kpi') }} as days
left join stores on days.day_on = stores.day_on
where
    days.order_count <> coalesce(stores.order_count, 0)
    or days.gross_cny <> coalesce(stores.gross_cny, 0)
    or days.refund_cny <> coalesce(stores.refund_cny, 0)
    or days.net_revenue_cny <> coalesce(stores.net_revenue_cny, 0)
