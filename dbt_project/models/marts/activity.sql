-- How many people were active on a day, in the 7 and in the 30 days up to it. Active: a paid order,
-- a visit or an opened message. A person counts from an active day until the window after it closes
-- or their next active day takes over, so each active day adds one and takes one away.
-- Grain: one row per Shanghai day from the first to the business day.
with

active as (
    select
        person_id,
        active_on,
        lead(active_on) over (partition by person_id order by active_on) as next_on
    from {{ ref('fct_active_day') }}
    where active_on <= {{ as_of() }}
),

steps as (
    select active_on as day_on, 1 as dau, 1 as wau, 1 as mau
    from active
    {% for window, days in [('dau', 1), ('wau', 7), ('mau', 30)] -%}
    union all
    select
        least(
            {{ add_days('active_on', days) }},
            coalesce(next_on, {{ add_days('active_on', days) }})
        ) as day_on,
        {% for other in ['dau', 'wau', 'mau'] -%}
        {{ -1 if other == window else 0 }} as {{ other }}{{ ',' if not loop.last }}
        {% endfor -%}
    from active
    {% endfor %}
),

changes as (
    select
        day_on,
        sum(dau) as dau,
        sum(wau) as wau,
        sum(mau) as mau
    from steps
    group by day_on
),

bounds as (
    select min(active_on) as first_on
    from active
),

-- A century of days: a shop may be older than ten years.
days as (
    select {{ add_days('bounds.first_on', 'series.n') }} as day_on
    from bounds
    cross join {{ numbers(0, 36600) }} as series
    where series.n <= {{ days_between('bounds.first_on', as_of()) }}
),

final as (
    select
        days.day_on,
        {% for window in ['dau', 'wau', 'mau'] -%}
        cast(sum(coalesce(changes.{{ window }}, 0)) over so_far as bigint) as {{ window }},
        {% endfor -%}
        cast(sum(coalesce(changes.dau, 0)) over so_far as double)
            / nullif(sum(coalesce(changes.mau, 0)) over so_far, 0) as stickiness
    from days
    left join changes on days.day_on = changes.day_on
    window so_far as (order by days.day_on)
)

select * from final
