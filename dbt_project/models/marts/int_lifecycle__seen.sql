-- What was known of a person at the business day and at each of the 13 same weekdays before it. Each day counts once, in the first week that sees it; a running maximum
-- carries it on, so the work grows with the facts and not with facts times weeks.
-- Grain: one row per person already seen and week.
with

weeks as (
    select
        persons.person_id,
        persons.first_seen_on,
        series.n as weeks_ago,
        {{ as_of() }} - 7 * series.n as week_on
    from {{ ref('dim_person') }} as persons
    cross join {{ numbers(0, 13) }} as series
    where persons.first_seen_on <= {{ as_of() }} - 7 * series.n
),

activity as (
    select
        person_id,
        least(13, floor({{ days_between('active_on', as_of()) }} / 7)) as weeks_ago,
        max(active_on) as last_active_on,
        max(case when has_order then active_on end) as last_order_on
    from {{ ref('fct_active_day') }}
    group by person_id, least(13, floor({{ days_between('active_on', as_of()) }} / 7))
),

final as (
    select
        weeks.person_id,
        weeks.weeks_ago,
        weeks.week_on,
        weeks.first_seen_on,
        max(activity.last_order_on) over so_far as last_order_on,
        greatest(
            weeks.first_seen_on,
            coalesce(max(activity.last_active_on) over so_far, weeks.first_seen_on)
        ) as last_active_on
    from weeks
    left join activity
        on weeks.person_id = activity.person_id and weeks.weeks_ago = activity.weeks_ago
    window so_far as (partition by weeks.person_id order by weeks.weeks_ago desc)
)

select * from final
