-- Refunds in the WeChat Pay bill, given to the order that was paid by the same transaction.
-- Grain: one row per refund.
with

orders as (
    select * from {{ ref('int_payment__transaction') }}
),

bill as (
    select * from {{ ref('stg_wechat_pay__transaction') }}
    where trade_status in ('REFUND', 'REVOKED') and {{ wechat_refund_stands('refund_status') }}
),

final as (
    select
        orders.order_key,
        'wechat_pay:' || bill.transaction_no || ':' || coalesce(bill.refund_no, '') as refund_key,
        bill.happened_at as refunded_at,
        coalesce(nullif(bill.refund_asked_cny, 0), bill.refund_cny) as refund_cny,
        bill.transaction_no
    from bill
    inner join orders on bill.transaction_no = orders.transaction_no
)

select * from final
