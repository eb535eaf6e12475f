-- Law: under every attribution model the credits of an order sum to its net revenue, organic
-- orders included, and every order has its rows.
{{ config(meta = {'dagster': {'ref': {'name': 'attribution_credit'}}}) }}
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
    fct_order.order_key,
    fct_order.net_revenue_cny
from {{ ref('fct_order') }} as fct_order
left join credits on fct_order.order_key = credits.order_key
where
    credits.row_count is null
    {% for model in attribution_models() -%}
    or fct_order.net_revenue_cny <> credits.{{ model }}_cny
    {% endfor %}
