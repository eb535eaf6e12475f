-- The lifecycle stage at the business day and at each of the 13 same weekdays before it.
-- Grain: one row per person already seen and week.
with

final as (
    select
        person_id,
        weeks_ago,
        week_on,
        {{ lifecycle_stage('week_on', 'first_seen_on', 'last_order_on', 'last_active_on') }} as stage
    from {{ ref('int_lifecycle__seen') }}
)

select * from final
