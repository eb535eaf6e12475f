-- How long people wait from one order to the next, and how many have not come back yet.
-- Grain: one row per number of the earlier order, 1 to 5; 5 stands for the fifth and later.
with

orders as (
    select
        person_id,
        ordered_on,
        row_number() over (partition by person_id order by ordered_at, order_key) as order_rank,
        lead(ordered_on) over (partition by person_id order by ordered_at, order_key) as next_on
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

final as (
    select
        cast(least(order_rank, 5) as integer) as order_number,
        count(*) as order_count,
        count(next_on) as repurchased_count,
        cast(count(next_on) as double) / count(*) as repurchase_rate,
        {{ quantile(days_between('ordered_on', 'next_on'), 0.25) }} as lower_quartile_days,
        {{ quantile(days_between('ordered_on', 'next_on'), 0.5) }} as median_days,
        {{ quantile(days_between('ordered_on', 'next_on'), 0.75) }} as upper_quartile_days
    from orders
    group by least(order_rank, 5)
)

select * from final
