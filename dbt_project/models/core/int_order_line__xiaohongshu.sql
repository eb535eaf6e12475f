-- Xiaohongshu order lines in the common shape; what a bill says went back is given to the lines
-- whose after-sale says so, in their order, or to all lines when none does.
-- Grain: one row per order line.
with

{{ billed_refunds('xiaohongshu', 'order_no') }},

lines as (
    select
        staged.*,
        {{ xhs_paid(
            'staged.payable_cny', 'staged.receivable_cny', 'staged.platform_discount_cny'
        ) }} as paid_cny,
        billed.refund_cny as billed_cny,
        {{ is_refunded('staged.after_sale_status') }}
        or {{ is_closed_after_payment('staged.paid_at', 'staged.status') }} as is_back
    from {{ ref('stg_xiaohongshu__order_line') }} as staged
    left join billed on staged.order_no = billed.order_no
),

chosen as (
    select
        *,
        is_back
        or max(case when is_back then 1 else 0 end) over (partition by order_no) = 0 as may_be_back
    from lines
),

shared as (
    select
        *,
        coalesce(sum(case when may_be_back then paid_cny else 0 end) over (
            partition by order_no
            order by sku_id, is_gift rows between unbounded preceding and 1 preceding
        ), 0) as paid_before_cny
    from chosen
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
        case
            when billed_cny is null and is_back then paid_cny
            when billed_cny is null or not may_be_back then 0
            else greatest(0, least(paid_cny, billed_cny - paid_before_cny))
        end as refund_cny
    from shared
)

select * from final
