-- JD order lines in the common shape; what the order cost is shared out by goods value.
-- Grain: one row per order line.
with

lines as (
    select * from {{ ref('stg_jd__order_line') }}
),

goods as (
    select
        *,
        price_cny * quantity as line_value,
        max({{ jd_paid() }} - coalesce(shipping_cny, 0)) over (partition by order_no)
            as goods_paid_cny,
        sum(price_cny * quantity) over (partition by order_no) as order_value,
        sum(price_cny * quantity) over (
            partition by order_no order by product_id rows unbounded preceding
        ) as value_so_far
    from lines
),

cases as (
    select
        order_no,
        product_id,
        -- Once, however often a bill lists it.
        max(abs(amount_cny)) as refund_cny
    from {{ ref('stg_jd__settlement') }}
    where {{ jd_is_goods('fee_name') }} and direction = '支出'
    group by order_no, product_id, {{ jd_case() }}, fee_name
),

refunds as (
    select
        order_no,
        product_id,
        sum(refund_cny) as refund_cny
    from cases
    group by order_no, product_id
),

shared as (
    select
        'jd' as platform,
        goods.order_no,
        goods.order_no || ':' || goods.product_id as line_no,
        coalesce(goods.item_no, goods.product_id) as product_id,
        goods.title as product_name,
        goods.quantity,
        goods.price_cny,
        -- The difference of two rounded running shares: the lines sum to the order exactly.
        {{ money('goods.goods_paid_cny * goods.value_so_far / nullif(goods.order_value, 0)') }}
        - {{ money('goods.goods_paid_cny * (goods.value_so_far - goods.line_value)'
            ~ ' / nullif(goods.order_value, 0)') }} as paid_cny,
        {{ is_closed_after_payment('goods.paid_at', 'goods.status') }} as is_called_off,
        coalesce(refunds.refund_cny, 0) as refund_cny
    from goods
    left join refunds
        on goods.order_no = refunds.order_no and goods.product_id = refunds.product_id
),

final as (
    select
        platform,
        order_no,
        line_no,
        product_id,
        product_name,
        quantity,
        price_cny,
        paid_cny,
        case when is_called_off and refund_cny = 0 then paid_cny else refund_cny end
            as refund_cny
    from shared
)

select * from final
