-- Of the people first active in a week, how many were active again exactly N days after their
-- first day, and how many on or after it. A cohort counts for N once its last day is N days old.
-- Grain: one row per week of first activity (its Monday) and N.
with

active as (
    select
        person_id,
        active_on,
        min(active_on) over (partition by person_id) as first_on
    from {{ ref('fct_active_day') }}
    where active_on <= {{ as_of() }}
),

gaps as (
    select
        person_id,
        first_on,
        {{ monday_of('first_on') }} as cohort_week_on,
        {{ days_between('first_on', 'active_on') }} as days_since
    from active
),

horizons as (
    select
        n as day_n
    from {{ numbers(1, 90) }} as series
    where n in (1, 3, 7, 14, 30, 60, 90)
),

people as (
    select
        person_id,
        cohort_week_on,
        max(days_since) as last_gap
    from gaps
    group by person_id, cohort_week_on
),

returned as (
    select
        cohort_week_on,
        days_since as day_n,
        count(*) as exact_count
    from gaps
    group by cohort_week_on, days_since
),

cohorts as (
    select
        people.cohort_week_on,
        horizons.day_n,
        count(*) as person_count,
        count(case when people.last_gap >= horizons.day_n then 1 end) as later_count
    from people
    cross join horizons
    where
        {{ add_days('people.cohort_week_on', 'horizons.day_n + 6') }} <= {{ as_of() }}
    group by people.cohort_week_on, horizons.day_n
),

final as (
    select
        cohorts.cohort_week_on,
        cohorts.day_n,
        cohorts.person_count,
        coalesce(returned.exact_count, 0) as retained_count,
        cohorts.later_count as retained_or_later_count,
        cast(coalesce(returned.exact_count, 0) as double) / nullif(cohorts.person_count, 0)
            as retention_rate
    from cohorts
    left join returned
        on
            cohorts.cohort_week_on = returned.cohort_week_on
            and cohorts.day_n = returned.day_n
)

select * from final
