-- What each paid order leaves after its goods and its commission. Goods that came back cost
-- nothing; an order whose lines or costs are not known bears the brand's own share of cost. That is
-- the share of the paid orders: an unpaid one has goods and no money.
-- Grain: one row per paid order.
with

costs as (
    select
        lines.order_key,
        sum(lines.paid_cny) as paid_cny,
        sum(lines.quantity * products.cost_cny) as cost_cny,
        count(*) = count(products.cost_cny) as is_whole
    from {{ ref('fct_order_line') }} as lines
    inner join {{ ref('fct_order') }} as orders on lines.order_key = orders.order_key
    left join {{ ref('dim_product') }} as products on lines.product_id = products.product_id
    where orders.is_paid
    group by lines.order_key
),

brand as (
    select
        cast(coalesce(sum(cost_cny) / nullif(sum(paid_cny), 0), 0) as decimal(18, 6)) as cost_share
    from costs
    where is_whole
),

commissions as (
    select
        order_key,
        sum(commission_cny) as commission_cny
    from {{ ref('fct_commission') }}
    group by order_key
),

joined as (
    select
        orders.order_key,
        orders.person_id,
        orders.platform,
        orders.ordered_on,
        orders.net_revenue_cny,
        case
            when costs.is_whole
                then costs.cost_cny * orders.net_revenue_cny / nullif(orders.paid_cny, 0)
            else orders.net_revenue_cny * brand.cost_share
        end as goods_cost_cny,
        coalesce(commissions.commission_cny, 0) as commission_cny
    from {{ ref('fct_order') }} as orders
    cross join brand
    left join costs on orders.order_key = costs.order_key
    left join commissions on orders.order_key = commissions.order_key
    where orders.is_paid
),

final as (
    select
        order_key,
        person_id,
        platform,
        ordered_on,
        net_revenue_cny,
        {{ money('coalesce(goods_cost_cny, 0)') }} as goods_cost_cny,
        {{ money('commission_cny') }} as commission_cny,
        {{ money('net_revenue_cny - ' ~ money('coalesce(goods_cost_cny, 0)')
            ~ ' - commission_cny') }} as contribution_cny
    from joined
)

select * from final
