-- What each person bought, in sums up to the business day.
-- Grain: one row per person with a paid order.
with

orders as (
    select
        *,
        {{ days_between('ordered_on', as_of()) }} < 90 as is_recent
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

platforms as (
    select
        person_id,
        platform,
        row_number() over (
            partition by person_id order by count(*) desc, max(ordered_at) desc, platform
        ) as platform_rank
    from orders
    group by person_id, platform
),

totals as (
    select
        person_id,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        count(*) as order_count,
        count(case when is_recent then 1 end) as order_count_90d,
        sum(net_revenue_cny) as net_revenue_cny,
        sum(case when is_recent then net_revenue_cny else 0 end) as net_revenue_90d_cny,
        sum(refund_cny) as refund_cny
    from orders
    group by person_id
),

final as (
    select
        totals.*,
        platforms.platform as preferred_platform
    from totals
    inner join platforms on totals.person_id = platforms.person_id
    where platforms.platform_rank = 1
)

select * from final
