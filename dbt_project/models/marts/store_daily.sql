-- A store's day: paid orders by the day they were placed. Stores of one platform are told apart by
-- config/stores.yml; `store_id` is empty where a platform's files are not.
-- Grain: one row per Shanghai day, platform and store with a paid order.
with

orders as (
    select
        *,
        row_number() over (
            partition by person_id, platform, coalesce(store_id, '') order by ordered_at, order_key
        ) as order_rank
    from {{ ref('fct_order') }}
    where is_paid
),

final as (
    select
        ordered_on as day_on,
        platform,
        coalesce(store_id, '') as store_id,
        count(*) as order_count,
        count(distinct person_id) as buyer_count,
        count(case when person_id is not null and order_rank = 1 then 1 end) as new_buyer_count,
        {{ money('sum(paid_cny)') }} as gross_cny,
        {{ money('sum(refund_cny)') }} as refund_cny,
        {{ money('sum(platform_subsidy_cny)') }} as platform_subsidy_cny,
        {{ money('sum(net_revenue_cny)') }} as net_revenue_cny,
        {{ money('sum(net_revenue_cny) / nullif(count(*), 0)') }} as avg_order_cny
    from orders
    group by ordered_on, platform, coalesce(store_id, '')
)

select * from final
