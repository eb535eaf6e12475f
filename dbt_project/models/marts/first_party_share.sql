-- How much of a month's revenue and contribution comes from the brand's own shops, and how much
-- from people it knows.
-- Grain: one row per month with a paid order.
with

orders as (
    select
        *,
        {{ is_first_party('platform') }} as is_own
    from {{ ref('int_order__contribution') }}
),

final as (
    select
        {{ month_of('ordered_on') }} as month_on,
        count(*) as order_count,
        {{ money('sum(net_revenue_cny)') }} as net_revenue_cny,
        {{ money('sum(case when is_own then net_revenue_cny else 0 end)') }}
            as own_net_revenue_cny,
        cast(sum(case when is_own then net_revenue_cny else 0 end) as double)
        / nullif(cast(sum(net_revenue_cny) as double), 0) as own_revenue_share,
        {{ money('sum(contribution_cny)') }} as contribution_cny,
        {{ money('sum(case when is_own then contribution_cny else 0 end)') }}
            as own_contribution_cny,
        cast(sum(case when is_own then contribution_cny else 0 end) as double)
        / nullif(cast(sum(contribution_cny) as double), 0) as own_contribution_share,
        cast(sum(case when person_id is not null then net_revenue_cny else 0 end) as double)
        / nullif(cast(sum(net_revenue_cny) as double), 0) as known_revenue_share
    from orders
    group by {{ month_of('ordered_on') }}
)

select * from final
