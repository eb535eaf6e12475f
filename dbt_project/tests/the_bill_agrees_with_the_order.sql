-- Law: what WeChat Pay booked for a transaction is what its order says was paid. It warns: the
-- rows are the list of differences that the brand settles with the platform.
{{ config(severity = 'warn', meta = {'dagster': {'ref': {'name': 'int_payment__wechat'}}}) }}
select
    orders.order_key,
    orders.paid_cny,
    bill.paid_cny as bill_cny
from {{ ref('int_order__all') }} as orders
inner join {{ ref('int_payment__wechat') }} as bill
    on orders.transaction_no = bill.transaction_no
where orders.paid_cny <> bill.paid_cny
