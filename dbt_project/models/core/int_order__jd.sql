-- JD orders in the common shape; totals are repeated on every product row, so the largest is taken.
-- An order that was split (拆单) stays in the export beside the orders that took its money.
-- Grain: one row per order.
with

lines as (
    select * from {{ ref('stg_jd__order_line') }}
),

final as (
    select
        'jd' as platform,
        cast(null as varchar) as store,
        order_no,
        case when max(buyer_pin) is null then 'phone' else 'jd_pin' end as buyer_id_type,
        '' as buyer_scope,
        coalesce(max(buyer_pin), max(receiver_phone)) as buyer_value_key,
        min(ordered_at) as ordered_at,
        case when max(split_into) is null then max(paid_at) end as paid_at,
        max(completed_at) as completed_at,
        case
            when max(split_into) is not null then 'cancelled'
            else {{ status_of_step('min(' ~ status_step('status') ~ ')') }}
        end as status,
        sum(price_cny * quantity) as goods_cny,
        max(shipping_cny) as shipping_cny,
        max({{ jd_paid() }}) as paid_cny,
        {{ refund_told(
            'max(paid_at)', status_of_step('min(' ~ status_step('status') ~ ')'), '0'
        ) }} as refund_cny,
        0 as platform_subsidy_cny,
        cast(null as varchar) as transaction_no,
        max(payment_method) as payment_method,
        cast(null as bigint) as product_kinds,
        max(exported_at) as exported_at,
        max(store_id) as store_id,
        max(load_seq) as load_seq
    from lines
    group by order_no
)

select * from final
