-- Of the people who first bought in a month, how many bought again in each month after.
-- Grain: one row per month of first purchase and month since.
with

months as (
    select distinct
        person_id,
        {{ month_of('ordered_on') }} as order_month
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

firsts as (
    select
        person_id,
        min(order_month) as cohort_month
    from months
    group by person_id
),

cohorts as (
    select
        cohort_month,
        count(*) as person_count
    from firsts
    group by cohort_month
),

returns as (
    select
        firsts.cohort_month,
        {{ months_between_firsts('firsts.cohort_month', 'months.order_month') }} as months_since,
        count(*) as retained_count
    from firsts
    inner join months on firsts.person_id = months.person_id
    group by firsts.cohort_month, months.order_month
),

final as (
    select
        cohorts.cohort_month,
        series.n as months_since,
        cohorts.person_count,
        coalesce(returns.retained_count, 0) as retained_count,
        cast(coalesce(returns.retained_count, 0) as double) / nullif(cohorts.person_count, 0)
            as retention_rate
    from cohorts
    inner join {{ numbers(0, 1200) }} as series
        on series.n <= {{ months_between_firsts('cohorts.cohort_month', as_of()) }}
    left join returns
        on cohorts.cohort_month = returns.cohort_month and series.n = returns.months_since
)

select * from final
