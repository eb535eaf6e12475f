-- How long people have been in their stage, over the 14 weeks that lifecycle looks at. A stay that
-- began before them is only known to be at least that long, and stays out of the means.
-- Grain: one row per lifecycle stage.
with

weeks as (
    select
        person_id,
        weeks_ago,
        stage,
        lag(stage) over (partition by person_id order by weeks_ago desc) as stage_before
    from {{ ref('int_lifecycle__week') }}
),

marked as (
    select
        *,
        sum(case when stage_before is null or stage_before <> stage then 1 else 0 end) over (
            partition by person_id order by weeks_ago desc
        ) as stay_number
    from weeks
),

stays as (
    select
        person_id,
        stage,
        stay_number,
        count(*) as week_count,
        min(weeks_ago) = 0 as is_open,
        max(weeks_ago) = 13 as began_before
    from marked
    group by person_id, stage, stay_number
),

final as (
    select
        stage,
        count(case when is_open then 1 end) as person_count,
        count(case when is_open and began_before then 1 end) as whole_window_count,
        cast(sum(case when is_open and not began_before then week_count end) as double)
        / nullif(count(case when is_open and not began_before then 1 end), 0)
            as mean_open_weeks,
        count(case when not is_open and not began_before then 1 end) as ended_stay_count,
        cast(sum(case when not is_open and not began_before then week_count end) as double)
        / nullif(count(case when not is_open and not began_before then 1 end), 0)
            as mean_ended_weeks
    from stays
    group by stage
)

select * from final
