-- Douyin order lines in the common shape.
-- Grain: one row per order line.
with

{{ billed_refunds('douyin', 'line_no') }},

lines as (
    select
        staged.*,
        billed.refund_cny as billed_cny
    from {{ ref('stg_douyin__order_line') }} as staged
    left join billed on staged.line_no = billed.line_no
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
        case when {{ is_paid('paid_at', 'status') }} then paid_cny else 0 end as paid_cny,
        case
            when {{ is_closed_after_payment('paid_at', 'status') }}
                then coalesce(billed_cny, paid_cny)
            when not {{ is_paid('paid_at', 'status') }} then 0
            when {{ is_refunded('after_sale_status') }} then coalesce(billed_cny, paid_cny)
            else coalesce(billed_cny, 0)
        end as refund_cny
    from lines
)

select * from final
