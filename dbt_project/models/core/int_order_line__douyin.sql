-- Douyin order lines in the common shape.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('stg_douyin__order_line') }}
),

final as (
    select
        'douyin' as platform,
        order_no,
        line_no,
        coalesce(item_no, product_id) as product_id,
        title as product_name,
        quantity,
        price_cny,
        case
            when {{ is_paid('paid_at', 'status') }} or status <> 'closed' then paid_cny
            else 0
        end as paid_cny,
        case
            when {{ is_paid('paid_at', 'status') }} and {{ is_refunded('after_sale_status') }}
                then paid_cny
            else 0
        end as refund_cny
    from lines
)

select * from final
