-- WeChat Pay merchant trade bill: newest state of each key, named and typed.
-- Grain: one row per payment or refund
with

source as (
    select * from {{ latest_state(source('raw', 'wechat_pay_bill')) }} as newest
),

final as (
    select
        -- ids
        appid,
        merchant_id,
        transaction_no,
        merchant_order_no,
        openid,
        trade_status,
        refund_no,
        -- text
        trade_type,
        currency,
        refund_status,
        title,
        -- numbers
        {{ money('settled_cny') }} as settled_cny,
        {{ money('refund_cny') }} as refund_cny,
        {{ money('refund_asked_cny') }} as refund_asked_cny,
        {{ money('fee_cny') }} as fee_cny,
        cast(fee_rate as decimal(9, 6)) as fee_rate,
        {{ money('order_cny') }} as order_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('happened_at') }} as happened_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
