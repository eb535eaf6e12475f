-- Douyin orders in the common shape, summed from their sub-orders.
-- Grain: one row per order.
with

{{ billed_refunds('douyin', 'line_no') }},

lines as (
    select
        staged.*,
        {{ is_paid('staged.paid_at', 'staged.status') }} as is_paid,
        billed.refund_cny as billed_cny
    from {{ ref('stg_douyin__order_line') }} as staged
    left join billed on staged.line_no = billed.line_no
),

final as (
    select
        'douyin' as platform,
        cast(null as varchar) as store,
        order_no,
        case when max(receiver_phone) is not null then 'phone' end as buyer_id_type,
        case when max(receiver_phone) is not null then '' end as buyer_scope,
        max(receiver_phone) as buyer_value_key,
        min(ordered_at) as ordered_at,
        min(paid_at) as paid_at,
        max(completed_at) as completed_at,
        {{ status_of_step('min(' ~ status_step('status') ~ ')') }} as status,
        sum(price_cny * quantity) as goods_cny,
        sum(coalesce(shipping_cny, 0)) as shipping_cny,
        -- A sub-order closed or cancelled before payment costs nothing, whatever was due for it.
        sum(case when is_paid then paid_cny + coalesce(shipping_cny, 0) else 0 end) as paid_cny,
        sum(case
            when {{ is_closed_after_payment('paid_at', 'status') }}
                then coalesce(billed_cny, paid_cny + coalesce(shipping_cny, 0))
            when is_paid and {{ is_refunded('after_sale_status') }}
                then coalesce(billed_cny, paid_cny)
            when is_paid then coalesce(billed_cny, 0)
            else 0
        end) as refund_cny,
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
