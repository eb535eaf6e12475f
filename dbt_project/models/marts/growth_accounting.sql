-- Where a week's active people come from and how many of last week's are missing: active now =
-- new + retained + resurrected; active last week = retained + dormant. The business day's week is
-- told as far as it has come: who may still be active in it is dormant so far.
-- Grain: one row per week (its Monday) in which somebody was active or is missing from the last.
with

weeks as (
    select distinct
        person_id,
        {{ monday_of('active_on') }} as week_on
    from {{ ref('fct_active_day') }}
    where active_on <= {{ as_of() }}
),

neighbours as (
    select
        person_id,
        week_on,
        lag(week_on) over (partition by person_id order by week_on) as before_on,
        lead(week_on) over (partition by person_id order by week_on) as after_on
    from weeks
),

arrivals as (
    select
        week_on,
        count(case when before_on is null then 1 end) as new_count,
        count(case when before_on = {{ add_days('week_on', -7) }} then 1 end) as retained_count,
        count(case when before_on < {{ add_days('week_on', -7) }} then 1 end) as resurrected_count
    from neighbours
    group by week_on
),

departures as (
    select
        {{ add_days('week_on', 7) }} as week_on,
        count(*) as dormant_count
    from neighbours
    where
        coalesce(after_on > {{ add_days('week_on', 7) }}, true)
        and {{ add_days('week_on', 7) }} <= {{ monday_of(as_of()) }}
    group by week_on
),

final as (
    select
        coalesce(arrivals.week_on, departures.week_on) as week_on,
        coalesce(arrivals.new_count, 0) as new_count,
        coalesce(arrivals.retained_count, 0) as retained_count,
        coalesce(arrivals.resurrected_count, 0) as resurrected_count,
        coalesce(departures.dormant_count, 0) as dormant_count,
        coalesce(arrivals.new_count + arrivals.retained_count + arrivals.resurrected_count, 0)
            as active_count
    from arrivals
    full join departures on arrivals.week_on = departures.week_on
)

select * from final
