-- What is known of every buyer today: the input of the scores.
-- Grain: one row per person with a paid order.
with cutoffs as (
    select business_day.as_of_on
    from {{ source('raw', 'as_of') }} as business_day
),

{{ person_features('cutoffs') }}
