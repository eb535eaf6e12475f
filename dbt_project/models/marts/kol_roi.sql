-- What a creator cost and what the orders of their works left: profit is the contribution of those
-- orders (commission already taken off) less the fixed fees. A commission for an order that nobody
-- paid, or that is not known, brought nothing and takes from the profit all the same.
-- Grain: one row per creator.
with

works as (
    select
        creator_id,
        max(creator_name) as creator_name,
        count(*) as work_count,
        sum(fee_cny) as fee_cny,
        sum(views) as views,
        sum(interactions) as interactions
    from {{ ref('fct_creator_work') }}
    group by creator_id
),

-- An order may be settled in parts: its commissions add up, its money counts once.
settled as (
    select
        creator_id,
        order_key,
        sum(commission_cny) as commission_cny
    from {{ ref('fct_commission') }}
    group by creator_id, order_key
),

sold as (
    select
        commissions.creator_id,
        count(orders.order_key) as order_count,
        sum(commissions.commission_cny) as commission_cny,
        sum(orders.net_revenue_cny) as net_revenue_cny,
        sum(coalesce(orders.contribution_cny, -commissions.commission_cny)) as contribution_cny
    from settled as commissions
    left join {{ ref('int_order__contribution') }} as orders
        on commissions.order_key = orders.order_key
    group by commissions.creator_id
),

joined as (
    select
        coalesce(works.creator_id, sold.creator_id) as creator_id,
        works.creator_name,
        coalesce(works.work_count, 0) as work_count,
        coalesce(works.views, 0) as views,
        coalesce(works.interactions, 0) as interactions,
        coalesce(sold.order_count, 0) as order_count,
        coalesce(works.fee_cny, 0) as fee_cny,
        coalesce(sold.commission_cny, 0) as commission_cny,
        coalesce(sold.net_revenue_cny, 0) as net_revenue_cny,
        coalesce(sold.contribution_cny, 0) - coalesce(works.fee_cny, 0) as profit_cny
    from works
    full join sold on works.creator_id = sold.creator_id
),

final as (
    select
        creator_id,
        creator_name,
        work_count,
        cast(views as bigint) as views,
        cast(interactions as bigint) as interactions,
        order_count,
        {{ money('fee_cny') }} as fee_cny,
        {{ money('commission_cny') }} as commission_cny,
        {{ money('net_revenue_cny') }} as net_revenue_cny,
        {{ money('profit_cny') }} as profit_cny,
        cast(profit_cny as double) / nullif(cast(fee_cny + commission_cny as double), 0) as roi
    from joined
)

select * from final
