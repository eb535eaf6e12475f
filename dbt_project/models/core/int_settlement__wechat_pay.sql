-- WeChat Pay bill in the common shape of bills: each row gives the movement and its fee.
-- Grain: one row per movement and kind.
with

orders as (
    select * from {{ ref('int_payment__transaction') }}
),

bill as (
    select
        orders.order_key,
        bill.merchant_order_no as order_no,
        bill.trade_status,
        bill.transaction_no || ':' || coalesce(bill.refund_no, '') as movement_key,
        bill.happened_at,
        coalesce(bill.order_cny, bill.settled_cny) as order_cny,
        bill.settled_cny,
        coalesce(nullif(bill.refund_asked_cny, 0), bill.refund_cny, 0) as refund_cny,
        -- Of what was refunded, the vouchers that the seller gets back.
        coalesce(nullif(bill.refund_asked_cny, 0) - bill.refund_cny, 0) as voucher_back_cny,
        coalesce(bill.fee_cny, 0) as fee_cny,
        case bill.trade_status
            when 'SUCCESS'
                then coalesce(bill.fee_cny - round(bill.settled_cny * bill.fee_rate, 2), 0)
            else 0
        end as over_rate_cny
    from {{ ref('stg_wechat_pay__transaction') }} as bill
    left join orders on bill.transaction_no = orders.transaction_no
    where bill.trade_status = 'SUCCESS' or {{ wechat_refund_stands('bill.refund_status') }}
),

judged as (
    -- A cent of rounding is no difference.
    select
        *,
        case when over_rate_cny > 0.01 then over_rate_cny else 0 end as excess_cny
    from bill
),

final as (
    {% for kind, item, amount, excess in [
        ('receipt', '支付', "case trade_status when 'SUCCESS' then order_cny else 0 end", 'false'),
        ('refund', '退款', '-refund_cny', 'false'),
        ('subsidy', '代金券',
            "case trade_status when 'SUCCESS' then settled_cny - order_cny else voucher_back_cny end",
            'false'),
        ('fee', '手续费', 'excess_cny - fee_cny', 'false'),
        ('fee', '手续费', '-excess_cny', 'true'),
    ] -%}
    select
        'wechat_pay' as bill,
        order_key,
        order_no,
        movement_key,
        '{{ kind }}' as kind,
        '{{ item }}' as item,
        {{ amount }} as amount_cny,
        happened_at,
        true as is_settled,
        {{ excess }} as is_excess
    from judged
    where {{ amount }} <> 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
