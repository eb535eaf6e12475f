-- What was known of every buyer at past cutoffs: the input of training. The steps of 15 days meet
-- every horizon (30, 60, 90, 180 and 365 days ago), so each has its newest complete window.
-- Grain: one row per person with a paid order by the cutoff, and cutoff.
with first_order as (
    select min(coalesce(paid_on, ordered_on)) as first_on
    from {{ ref('fct_order') }}
    where is_paid
),

ladder as (
    select {{ add_days('business_day.as_of_on', '-' ~ var('cutoff_step_days', 15) ~ ' * step.n') }}
            as as_of_on
    from {{ source('raw', 'as_of') }} as business_day
    cross join {{ numbers(2, 24) }} as step
    union
    -- Far ones, for horizons of half a year and a year.
    select {{ add_days('business_day.as_of_on', '-365 - 73 * step.n') }} as as_of_on
    from {{ source('raw', 'as_of') }} as business_day
    cross join {{ numbers(0, 10) }} as step
),

cutoffs as (
    select ladder.as_of_on
    from ladder
    cross join first_order
    where ladder.as_of_on >= {{ add_days('first_order.first_on', var('warmup_days', 60)) }}
),

{{ person_features('cutoffs') }}
