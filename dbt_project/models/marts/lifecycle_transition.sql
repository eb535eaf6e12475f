-- How many people went from one lifecycle stage to another in each of the last 13 weeks; a person
-- first seen within the week comes from `unseen`.
-- Grain: one row per week, stage before and stage after.
with

stages as (
    select * from {{ ref('int_lifecycle__week') }}
),

final as (
    select
        after_week.week_on,
        coalesce(before_week.stage, 'unseen') as from_stage,
        after_week.stage as to_stage,
        count(*) as person_count
    from stages as after_week
    left join stages as before_week
        on
            after_week.person_id = before_week.person_id
            and before_week.weeks_ago = after_week.weeks_ago + 1
    where after_week.weeks_ago < 13
    group by
        after_week.week_on,
        coalesce(before_week.stage, 'unseen'),
        after_week.stage
)

select * from final
