-- How many people stood in each RFM group at the business day and at the ends of the 6 months before
-- it, from orders and refunds known by their own days.
-- Grain: one row per day looked at and RFM group.
with

cutoffs as (
    select {{ as_of() }} as as_of_on
    union all
    select {{ month_end_before(as_of(), 'series.n') }} as as_of_on
    from {{ numbers(1, 6) }} as series
),

orders as (
    select
        cutoffs.as_of_on,
        orders.person_id,
        {{ days_between('max(orders.ordered_on)', 'cutoffs.as_of_on') }} as recency_days,
        count(*) as frequency
    from {{ ref('fct_order') }} as orders
    inner join cutoffs on orders.ordered_on <= cutoffs.as_of_on
    where orders.is_paid and orders.person_id is not null
    group by cutoffs.as_of_on, orders.person_id
),

money as (
    select
        cutoffs.as_of_on,
        moved.person_id,
        sum(moved.signed_cny) as monetary_cny
    from {{ ref('fct_payment') }} as moved
    inner join cutoffs on moved.happened_on <= cutoffs.as_of_on
    where moved.person_id is not null
    group by cutoffs.as_of_on, moved.person_id
),

scored as (
    select
        orders.as_of_on,
        coalesce(money.monetary_cny, 0) as monetary_cny,
        {{ fifth('orders.recency_days desc', 'orders.as_of_on') }} as r_score,
        {{ fifth('orders.frequency', 'orders.as_of_on') }} as f_score,
        {{ fifth('coalesce(money.monetary_cny, 0)', 'orders.as_of_on') }} as m_score
    from orders
    left join money
        on orders.as_of_on = money.as_of_on and orders.person_id = money.person_id
),

final as (
    select
        as_of_on,
        {{ rfm_segment('r_score', 'f_score', 'm_score') }} as rfm_segment,
        count(*) as person_count,
        {{ money('sum(monetary_cny)') }} as monetary_cny
    from scored
    group by as_of_on, {{ rfm_segment('r_score', 'f_score', 'm_score') }}
)

select * from final
