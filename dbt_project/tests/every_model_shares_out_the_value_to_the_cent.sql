-- Law: under every attribution model the credits of an order sum to what it is worth (net revenue,
-- unless the brand chose otherwise), organic orders included, and every order has its rows.
{{ config(meta = {'dagster': {'ref': {'name': 'attribution_credit'}}}) }}
{% set value = value_column() -%}
with

credits as (
    select
        order_key,
        {% for model in attribution_models() -%}
        sum({{ model }}_cny) as {{ model }}_cny,
        {% endfor -%}
        count(*) as row_count
    from {{ ref('attribution_credit') }}
    group by order_key
)

select
    orders.order_key,
    orders.{{ value }}
from {{ valued_orders() }} as orders
left join credits on orders.order_key = credits.order_key
where
    credits.row_count is null
    {% for model in attribution_models() -%}
    or orders.{{ value }} <> credits.{{ model }}_cny
    {% endfor %}
