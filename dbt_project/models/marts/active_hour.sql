-- When people come: visits, opened messages and paid orders of the last 90 days by weekday and hour.
-- Grain: one row per weekday and hour of the Shanghai day in which something happened.
with

moments as (
    select event_at as happened_at, event_on as happened_on, person_id, 'visit' as kind
    from {{ ref('fct_event') }}
    where person_id is not null
    union all
    select opened_at, {{ shanghai_day('opened_at') }}, person_id, 'open'
    from {{ ref('fct_message') }}
    where opened_at is not null and person_id is not null
    union all
    select ordered_at, ordered_on, person_id, 'order'
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

recent as (
    select
        *,
        1 + {{ days_between("date '1900-01-01'", 'happened_on') }} % 7 as weekday,
        cast({{ shanghai_hour('happened_at') }} as integer) as hour
    from moments
    where
        happened_on > {{ add_days(as_of(), -90) }}
        and happened_on <= {{ as_of() }}
),

final as (
    select
        weekday,
        hour,
        count(distinct person_id) as person_count,
        count(case when kind = 'visit' then 1 end) as event_count,
        count(case when kind = 'open' then 1 end) as open_count,
        count(case when kind = 'order' then 1 end) as order_count
    from recent
    group by weekday, hour
)

select * from final
