-- PDD orders in the common shape; the order number carries the day when the time is empty.
-- Grain: one row per order.
with

{{ billed_refunds('pdd', 'order_no') }},

orders as (
    select
        staged.*,
        billed.refund_cny as billed_cny,
        -- Noon in Shanghai: the number gives the day alone.
        coalesce(
            staged.ordered_at,
            try_cast(
                '20' || substr(staged.order_no, 1, 2) || '-' || substr(staged.order_no, 3, 2) || '-'
                || substr(staged.order_no, 5, 2) || ' 04:00:00' as timestamp
            )
        ) as placed_at
    from {{ ref('stg_pdd__order') }} as staged
    left join billed on staged.order_no = billed.order_no
),

final as (
    select
        'pdd' as platform,
        cast(null as varchar) as store,
        order_no,
        cast(null as varchar) as buyer_id_type,
        cast(null as varchar) as buyer_scope,
        cast(null as varchar) as buyer_value_key,
        placed_at as ordered_at,
        case
            when {{ is_paid('cast(null as timestamp)', 'status') }} then placed_at
            when {{ is_refunded('after_sale_status') }} then placed_at
            when status_text like '%退款成功%' then placed_at
        end as paid_at,
        completed_at,
        status,
        goods_cny,
        shipping_cny,
        paid_cny,
        case
            when billed_cny is not null then billed_cny
            when {{ is_refunded('after_sale_status') }} then paid_cny
            when status_text like '%退款成功%' then paid_cny
            else 0
        end as refund_cny,
        platform_discount_cny as platform_subsidy_cny,
        cast(null as varchar) as transaction_no,
        cast(null as varchar) as payment_method,
        cast(null as bigint) as product_kinds,
        exported_at,
        store_id,
        load_seq
    from orders
)

select * from final
