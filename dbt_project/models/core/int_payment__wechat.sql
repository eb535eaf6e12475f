-- What WeChat Pay says about each transaction: who paid, when and how much.
-- Grain: one row per transaction.
with

bill as (
    select * from {{ ref('stg_wechat_pay__transaction') }}
),

final as (
    select
        transaction_no,
        max(appid) as appid,
        max(openid) as openid,
        min(happened_at) as happened_at,
        max(coalesce(order_cny, settled_cny)) as paid_cny
    from bill
    where trade_status = 'SUCCESS'
    group by transaction_no
)

select * from final
