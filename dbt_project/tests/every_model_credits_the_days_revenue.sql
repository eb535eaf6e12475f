-- Law: summed over all channels, every attribution model credits exactly the day's net revenue, or
-- whatever else the brand chose to credit.
{{ config(meta = {'dagster': {'ref': {'name': 'attribution'}}}) }}
{% set value = value_column() -%}
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
    {% if value == 'net_revenue_cny' -%}
    select
        day_on,
        net_revenue_cny as value_cny
    from {{ ref('daily_kpi') }}
    where order_count > 0
    {%- else -%}
    select
        orders.ordered_on as day_on,
        sum(orders.{{ value }}) as value_cny
    from {{ valued_orders() }} as orders
    where orders.is_paid
    group by orders.ordered_on
    {%- endif %}
)

select
    days.day_on,
    credits.model,
    days.value_cny,
    credits.credit_cny
from days
left join credits on days.day_on = credits.day_on
where days.value_cny is distinct from credits.credit_cny
