{# CTEs of `int_attribution__step` that say which months to count again. `seen` is the newest load among its
   touches and orders; in a night that adds, `touched` has the closed months that a row changed since, or
   that closed since, and `near_days` the days whose rows reach into them. #}
{% macro attribution_months() -%}
{% set sources = [
    (ref('fct_touch'), 'touched_on', 'person_id is not null'),
    (ref('fct_order'), 'ordered_on', 'is_paid and person_id is not null'),
] -%}
{% if is_incremental() -%}
changed_days as (
    {% for relation, day, counts in sources -%}
    select {{ day }} as happened_on
    from {{ relation }}
    where {{ counts }}
        and changed_load_seq > (select coalesce(max(changed_load_seq), 0) from {{ this }})
    {{ 'union' if not loop.last }}
    {% endfor %}
),

-- Closed months in reach of a row that changed since, and months that closed since.
touched as (
    select distinct {{ month_of(add_days('changed_days.happened_on', 'series.n * 28')) }} as month_on
    from changed_days
    cross join rule
    inner join {{ numbers(0, 13) }} as series on series.n * 28 <= 4 * rule.window_days + 27
    where {{ month_of(add_days('changed_days.happened_on', 'series.n * 28')) }} < rule.open_month_on
    union
    select distinct {{ month_of(add_days('days.touched_on', 'rule.window_days')) }} as month_on
    from (select distinct touched_on from {{ ref('fct_touch') }}) as days
    cross join rule
    where {{ month_of(add_days('days.touched_on', 'rule.window_days')) }} < rule.open_month_on
        and {{ month_of(add_days('days.touched_on', 'rule.window_days')) }}
        > (select coalesce(max(month_on), date '1970-01-01') from {{ this }})
),

near_days as (
    select distinct {{ add_days('touched.month_on', 'series.n') }} as happened_on
    from touched
    cross join rule
    inner join {{ numbers(-450, 31) }} as series on series.n >= -5 * rule.window_days
    where {{ add_days('touched.month_on', 'series.n') }} < rule.open_month_on
),

{% endif -%}
seen as (
    select max(newest.changed_load_seq) as changed_load_seq
    from (
        {% for relation, day, counts in sources -%}
        select max(changed_load_seq) as changed_load_seq
        from {{ relation }}
        where {{ counts }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as newest
)
{%- endmacro %}
