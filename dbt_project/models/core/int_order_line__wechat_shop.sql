-- WeChat shop order lines in the common shape.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('stg_wechat_shop__order_line') }}
),

final as (
    select
        'wechat_shop' as platform,
        order_no,
        order_no || ':' || product_id || coalesce(':' || product_attributes, '') as line_no,
        coalesce(item_no, product_id) as product_id,
        title as product_name,
        quantity,
        price_cny,
        coalesce(line_paid_cny, price_cny * quantity) as paid_cny,
        case
            when {{ is_closed_after_payment('paid_at', 'status') }}
                then coalesce(nullif(refund_cny, 0), line_paid_cny, price_cny * quantity)
            else coalesce(refund_cny, 0)
        end as refund_cny
    from lines
)

select * from final
