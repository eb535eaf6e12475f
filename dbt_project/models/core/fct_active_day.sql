-- The days on which a person did something: paid for an order, visited, opened a message.
-- Grain: one row per person and day.
with

days as (
    select
        person_id,
        ordered_on as active_on,
        true as has_order
    from {{ ref('fct_order') }}
    where is_paid
    union all
    select
        person_id,
        event_on as active_on,
        false as has_order
    from {{ ref('fct_event') }}
    union all
    select
        person_id,
        {{ shanghai_day('opened_at') }} as active_on,
        false as has_order
    from {{ ref('fct_message') }}
    where opened_at is not null
),

final as (
    select
        person_id,
        active_on,
        count(case when has_order then 1 end) > 0 as has_order
    from days
    where person_id is not null
    group by person_id, active_on
)

select * from final
