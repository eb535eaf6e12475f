-- The orders of every cutoff, counted again from the facts and the days they were learned, are
-- those that the features saw: no fact of a later day, and none that was loaded later.
{{ config(meta = {'dagster': {'ref': {'name': 'person_features_history'}}}) }}
with

known as (
    select
        bought.person_id,
        coalesce(bought.paid_on, bought.ordered_on) as day_on,
        coalesce(learned.learned_on, date '1900-01-01') as learned_on
    from {{ ref('fct_order') }} as bought
    left join {{ ref('int_fact__learned') }} as learned
        on learned.kind = 'order' and bought.order_key = learned.fact_key
    where bought.is_paid and bought.person_id is not null
),

seen as (
    select person_id, as_of_on, frequency from {{ ref('person_features_history') }}
    union all
    select person_id, as_of_on, frequency from {{ ref('person_features') }}
),

seen_per_day as (
    select
        as_of_on,
        sum(frequency) as order_count
    from seen
    group by as_of_on
),

final as (
    select
        seen_per_day.as_of_on,
        max(seen_per_day.order_count) as seen_count,
        count(known.person_id) as known_count
    from seen_per_day
    left join known
        on
            seen_per_day.as_of_on >= known.day_on
            and seen_per_day.as_of_on >= known.learned_on
    group by seen_per_day.as_of_on
)

select * from final
where seen_count <> known_count
