-- How far each category reaches among buyers. Shipping is no category, and orders told without
-- lines are not counted.
-- Grain: one row per category.
with

lines as (
    select
        lines.order_key,
        lines.person_id,
        products.category,
        lines.paid_cny - lines.refund_cny as net_cny
    from {{ ref('fct_order_line') }} as lines
    inner join {{ ref('dim_product') }} as products on lines.product_id = products.product_id
    inner join {{ ref('fct_order') }} as orders on lines.order_key = orders.order_key
    where orders.is_paid
),

buyers as (
    select
        category,
        person_id,
        count(distinct order_key) as order_count
    from lines
    where person_id is not null
    group by category, person_id
),

reach as (
    select
        category,
        count(*) as buyer_count,
        count(case when order_count > 1 then 1 end) as repeat_buyer_count
    from buyers
    group by category
),

everyone as (
    select count(distinct person_id) as buyer_count
    from lines
),

money as (
    select
        category,
        count(distinct order_key) as order_count,
        sum(net_cny) as net_revenue_cny
    from lines
    group by category
),

final as (
    select
        money.category,
        coalesce(reach.buyer_count, 0) as buyer_count,
        cast(coalesce(reach.buyer_count, 0) as double) / nullif(everyone.buyer_count, 0)
            as penetration,
        coalesce(reach.repeat_buyer_count, 0) as repeat_buyer_count,
        money.order_count,
        {{ money('money.net_revenue_cny') }} as net_revenue_cny
    from money
    cross join everyone
    left join reach on money.category = reach.category
)

select * from final
