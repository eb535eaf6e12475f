{# CTEs of `int_attribution__step` that say which months to count again. `seen` is the newest load among the
   touches, `noted` a mark of each closed month's orders and touches that are no visits; in a night
   that adds, `touched` has the closed months that a row changed since, or that closed since, and
   `near_days` the days whose rows reach into them. A visit keeps its day and has its load; the others
   change their day, or their person, or fall away without one. #}
{% macro attribution_months() -%}
noted as (
    select
        {{ days_between(no_month(), 'month_on') }} as month_no,
        {{ whole_fingerprint(['person_id', 'happened_at', 'channel_id']) }} as mark
    from (
        select
            {{ month_of('touched_on') }} as month_on,
            person_id,
            touched_at as happened_at,
            channel_id
        from {{ ref('fct_touch') }}
        where kind <> 'visit' and person_id is not null
            and touched_on < (select rule.open_month_on from rule)
        union all
        select
            {{ month_of('ordered_on') }} as month_on,
            person_id,
            ordered_at as happened_at,
            null as channel_id
        from {{ ref('fct_order') }}
        where is_paid and person_id is not null
            and ordered_on < (select rule.open_month_on from rule)
    ) as items
    group by month_on
),

{% if is_incremental() -%}
changed_days as (
    select distinct touched_on as happened_on
    from {{ ref('fct_touch') }}
    where changed_load_seq > {{ newest_load_seen() }}
    union
    select {{ add_days(no_month(), 'cast(coalesce(noted.month_no, known.month_no) as integer) + series.n') }}
    from noted
    full join (
        select
            from_state as month_no,
            to_state as mark
        from {{ this }}
        where month_on = {{ no_month() }} and from_state > 0
    ) as known
        on noted.month_no = known.month_no
    cross join {{ numbers(0, 30) }} as series
    where noted.mark is distinct from known.mark
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
    select max(changed_load_seq) as changed_load_seq
    from {{ ref('fct_touch') }}
)
{%- endmacro %}

{# The month of rows that remember and count nothing. #}
{% macro no_month() -%} date '1970-01-01' {%- endmacro %}
