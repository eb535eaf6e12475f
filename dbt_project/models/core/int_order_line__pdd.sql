-- PDD order lines in the common shape.
-- Grain: one row per order line.
with

{{ billed_refunds('pdd', 'order_no') }},

lines as (
    select
        staged.*,
        billed.refund_cny as billed_cny
    from {{ ref('stg_pdd__order') }} as staged
    left join billed on staged.order_no = billed.order_no
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
            when billed_cny is not null
                then least(billed_cny, paid_cny - coalesce(shipping_cny, 0))
            when {{ is_refunded('after_sale_status') }} or status_text like '%退款成功%'
                then paid_cny - coalesce(shipping_cny, 0)
            else 0
        end as refund_cny
    from lines
)

select * from final
