-- Law: the lines of a paid order and its shipping sum to what was paid. It warns, because the line
-- export can be older than the order export.
{{ config(severity = 'warn', meta = {'dagster': {'ref': {'name': 'fct_order'}}}) }}
select
    orders.order_key,
    orders.paid_cny,
    sum(lines.paid_cny) + max(orders.shipping_cny) as lines_cny
from {{ ref('fct_order') }} as orders
inner join {{ ref('fct_order_line') }} as lines on orders.order_key = lines.order_key
where orders.is_paid
group by orders.order_key, orders.paid_cny
having orders.paid_cny <> sum(lines.paid_cny) + max(orders.shipping_cny)
