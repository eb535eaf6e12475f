-- Law: summed over all channels, every attribution model credits exactly the day's net revenue.
{{ config(meta = {'dagster': {'ref': {'name': 'attribution'}}}) }}
with

credits as (
    select
        day_on,
        model,
        sum(credit_cny) as credit_cny
    from {{ ref('attribution') }}
    group by day_on, model
),

days as (
    select
        day_on,
        net_revenue_cny
    from {{ ref('daily_kpi') }}
    where order_count > 0
)

select
    days.day_on,
    credits.model,
    days.net_revenue_cny,
    credits.credit_cny
from days
left join credits on days.day_on = credits.day_on
where days.net_revenue_cny is distinct from credits.credit_cny
