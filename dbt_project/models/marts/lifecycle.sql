-- The lifecycle stage of every person today and seven days before.
-- Grain: one row per person.
with

stages as (
    select * from {{ ref('int_lifecycle__week') }}
),

final as (
    select
        today.person_id,
        today.week_on as as_of_on,
        today.stage,
        before.stage as previous_stage,
        today.stage <> coalesce(before.stage, '') as changed
    from stages as today
    left join stages as before
        on today.person_id = before.person_id and before.weeks_ago = 1
    where today.weeks_ago = 0
)

select * from final
