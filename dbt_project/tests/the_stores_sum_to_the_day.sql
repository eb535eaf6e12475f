-- Law: the stores of a day hold exactly the paid orders, the money and the refunds of the day.
{{ config(meta = {'dagster': {'ref': {'name': 'store_daily'}}}) }}
{% set columns = ['order_count', 'gross_cny', 'refund_cny', 'net_revenue_cny'] -%}
with

stores as (
    select
        day_on,
        {% for column in columns -%}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('store_daily') }}
    group by day_on
)

select days.day_on
from {{ ref('daily_kpi') }} as days
left join stores on days.day_on = stores.day_on
where
    {% for column in columns -%}
    days.{{ column }} <> coalesce(stores.{{ column }}, 0){{ ' or' if not loop.last }}
    {% endfor %}
