-- Law: the signed payments of an order sum to its net revenue, to the cent.
{{ config(meta = {'dagster': {'ref': {'name': 'fct_payment'}}}) }}
select
    orders.order_key,
    orders.net_revenue_cny,
    coalesce(sum(payments.signed_cny), 0) as signed_cny
from {{ ref('fct_order') }} as orders
left join {{ ref('fct_payment') }} as payments on orders.order_key = payments.order_key
group by orders.order_key, orders.net_revenue_cny
having orders.net_revenue_cny <> coalesce(sum(payments.signed_cny), 0)
