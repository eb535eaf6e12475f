-- Who lives with whom: a level beside the person, which merges nobody.
-- Grain: one row per person in a household (person_id).
with

final as (
    select
        household_id,
        person_id,
        person_count,
        rules
    from {{ ref('int_identity__household') }}
)

select * from final
