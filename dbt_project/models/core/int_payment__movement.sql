-- Money in and money back of every paid order, each with its time.
-- Grain: one row per payment or refund.
with

orders as (
    select * from {{ ref('int_order__all') }}
    where is_paid
),

bill as (
    select * from {{ ref('int_payment__wechat') }}
),

refunds as (
    select * from {{ ref('int_refund__dated') }}
),

undated as (
    select
        orders.order_key,
        max(orders.refund_cny) - coalesce(sum(refunds.refund_cny), 0) as refund_cny,
        max(coalesce(orders.exported_at, orders.paid_at)) as exported_at
    from orders
    left join refunds on orders.order_key = refunds.order_key
    group by orders.order_key
),

-- 预售: the deposit came first, the balance is the rest.
deposits as (
    select
        platform || ':' || order_no as order_key,
        deposit_cny,
        deposit_paid_at
    from {{ ref('int_order__fed') }}
    where deposit_cny > 0
),

final as (
    select
        orders.order_key || ':deposit' as payment_key,
        orders.order_key,
        'payment' as kind,
        deposits.deposit_cny as amount_cny,
        coalesce(deposits.deposit_paid_at, orders.paid_at) as happened_at,
        cast(null as varchar) as transaction_no,
        true as is_dated
    from orders
    inner join deposits on orders.order_key = deposits.order_key
    union all
    select
        orders.order_key || ':payment' as payment_key,
        orders.order_key,
        'payment' as kind,
        orders.paid_cny - coalesce(deposits.deposit_cny, 0) as amount_cny,
        coalesce(bill.happened_at, orders.paid_at) as happened_at,
        orders.transaction_no,
        true as is_dated
    from orders
    left join bill on orders.transaction_no = bill.transaction_no
    left join deposits on orders.order_key = deposits.order_key
    union all
    select
        'refund:' || refund_key as payment_key,
        order_key,
        'refund' as kind,
        refund_cny as amount_cny,
        refunded_at as happened_at,
        transaction_no,
        true as is_dated
    from refunds
    union all
    select
        order_key || ':refund' as payment_key,
        order_key,
        'refund' as kind,
        refund_cny as amount_cny,
        -- No bill says when: the export that shows it, but never past the business day.
        least(exported_at, {{ end_of_day(as_of()) }}) as happened_at,
        cast(null as varchar) as transaction_no,
        false as is_dated
    from undated
)

select * from final
