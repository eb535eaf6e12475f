-- Xiaohongshu order lines in the common shape.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('stg_xiaohongshu__order_line') }}
),

final as (
    select
        'xiaohongshu' as platform,
        order_no,
        order_no || ':' || sku_id || case when is_gift then ':gift' else '' end as line_no,
        coalesce(product_id, sku_id) as product_id,
        title as product_name,
        quantity,
        goods_cny / nullif(quantity, 0) as price_cny,
        paid_cny,
        case when {{ is_refunded('after_sale_status') }} then paid_cny else 0 end as refund_cny
    from lines
)

select * from final
