-- Xiaohongshu orders in the common shape, summed from their products.
-- Grain: one row per order.
with

{{ billed_refunds('xiaohongshu', 'order_no') }},

lines as (
    select
        staged.*,
        {{ xhs_paid(
            'staged.payable_cny', 'staged.receivable_cny', 'staged.platform_discount_cny'
        ) }} as paid_cny,
        billed.refund_cny as billed_cny
    from {{ ref('stg_xiaohongshu__order_line') }} as staged
    left join billed on staged.order_no = billed.order_no
),

final as (
    select
        'xiaohongshu' as platform,
        max(store) as store,
        order_no,
        case when max(user_no) is null then 'phone' else 'xhs_user' end as buyer_id_type,
        '' as buyer_scope,
        coalesce(max(user_no), max(receiver_phone)) as buyer_value_key,
        min(ordered_at) as ordered_at,
        min(paid_at) as paid_at,
        max(completed_at) as completed_at,
        {{ status_of_step('min(' ~ status_step('status') ~ ')') }} as status,
        sum(goods_cny) as goods_cny,
        0 as shipping_cny,
        sum(paid_cny) as paid_cny,
        coalesce(max(billed_cny), sum(case
            when {{ is_closed_after_payment('paid_at', 'status') }} then paid_cny
            when {{ is_refunded('after_sale_status') }} then paid_cny
            else 0
        end)) as refund_cny,
        sum(coalesce(platform_discount_cny, 0)) as platform_subsidy_cny,
        cast(null as varchar) as transaction_no,
        cast(null as varchar) as payment_method,
        cast(null as bigint) as product_kinds,
        max(exported_at) as exported_at,
        max(store_id) as store_id,
        max(load_seq) as load_seq
    from lines
    group by order_no
)

select * from final
