-- PDD order lines in the common shape.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('stg_pdd__order') }}
),

final as (
    select
        'pdd' as platform,
        order_no,
        order_no as line_no,
        coalesce(item_no, product_id) as product_id,
        title as product_name,
        quantity,
        goods_cny / nullif(quantity, 0) as price_cny,
        paid_cny - coalesce(shipping_cny, 0) as paid_cny,
        case
            when {{ is_refunded('after_sale_status') }} or status_text like '%退款成功%'
                then paid_cny - coalesce(shipping_cny, 0)
            else 0
        end as refund_cny
    from lines
)

select * from final
