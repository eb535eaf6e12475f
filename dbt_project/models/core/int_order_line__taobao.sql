-- Taobao order lines in the common shape.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('stg_taobao__order_line') }}
),

final as (
    select
        'taobao' as platform,
        order_no,
        line_no,
        product_id,
        title as product_name,
        quantity,
        price_cny,
        paid_cny,
        case
            when {{ is_closed_after_payment('paid_at', 'status') }}
                then coalesce(nullif(refund_cny, 0), paid_cny)
            when {{ is_refunded('refund_status') }} or status_text = '退款成功'
                then coalesce(refund_cny, 0)
            else 0
        end as refund_cny
    from lines
)

select * from final
