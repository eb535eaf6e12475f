-- What was known of every buyer at past cutoffs, each a whole horizon or more ago: the input of
-- training. Each horizon has its own ladder of cutoffs, so the newest complete window is used.
-- Grain: one row per person with a paid order by the cutoff, and cutoff.
with first_order as (
    select min(coalesce(paid_on, ordered_on)) as first_on
    from {{ ref('fct_order') }}
    where is_paid
),

ladder as (
    {% for days in (var('churn_horizon_days', 60), var('ltv_horizon_days', 90)) -%}
    select
        {{ add_days('business_day.as_of_on', '-' ~ days ~ ' - ' ~ var('cutoff_step_days', 28) ~ ' * step.n') }}
            as as_of_on
    from {{ source('raw', 'as_of') }} as business_day
    cross join {{ numbers(0, var('cutoff_steps', 13) - 1) }} as step
    {% if not loop.last %}union{% endif %}
    {% endfor %}
),

cutoffs as (
    select ladder.as_of_on
    from ladder
    cross join first_order
    where ladder.as_of_on >= {{ add_days('first_order.first_on', var('warmup_days', 60)) }}
),

{{ person_features('cutoffs') }}
