-- The order that a WeChat Pay transaction is booked on: of several paid at once the first.
-- Grain: one row per transaction.
with

orders as (
    select
        'wechat_shop:' || order_no as order_key,
        transaction_no
    from {{ ref('int_order__wechat_shop') }}
    union all
    select
        'youzan:' || order_no as order_key,
        transaction_no
    from {{ ref('int_order__youzan') }}
),

final as (
    select
        transaction_no,
        min(order_key) as order_key
    from orders
    where transaction_no is not null
    group by transaction_no
)

select * from final
