-- Law: the days of the KPI mart hold exactly the net revenue and the paid orders of the facts.
{{ config(meta = {'dagster': {'ref': {'name': 'daily_kpi'}}}) }}
with

facts as (
    select
        coalesce(sum(net_revenue_cny), 0) as net_revenue_cny,
        count(*) as order_count
    from {{ ref('fct_order') }}
    where is_paid
),

days as (
    select
        coalesce(sum(net_revenue_cny), 0) as net_revenue_cny,
        coalesce(sum(order_count), 0) as order_count
    from {{ ref('daily_kpi') }}
)

select
    facts.net_revenue_cny,
    days.net_revenue_cny as days_net_revenue_cny
from facts
cross join days
where
    facts.net_revenue_cny <> days.net_revenue_cny
    or facts.order_count <> days.order_count
