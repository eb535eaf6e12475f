{# CTEs `new_days`, `new_touches` and `touched`. The last has the orders whose credit may differ from what
   stands in the mart, with their day: those of days on which an order came, went to another person or
   changed its money or value, and of months whose removal effects changed; those after a touch that came
   or changed; and those that a touch stood before which is no more, or is now another person's or of
   another time. #}
{% macro touched_orders() -%}
    {%- set value = value_column() -%}
    {%- set decided_by = ['order_key', 'person_id', 'is_paid', 'net_revenue_cny'] -%}
    {%- set beside = [] if value == 'net_revenue_cny' else [value] -%}
    {#- The first touch has the whole value of the order under the first model. -#}
    {%- set beside_then = ['first_cny'] if beside else [] -%}
-- The days of touches that came or changed: only those are read whole, and no order before them.
new_days as (
    select distinct fct_touch.touched_on
    from {{ ref('fct_touch') }} as fct_touch
    where {{ is_new_touch('fct_touch') }}
),

new_touches as (
    select
        fct_touch.touch_key,
        fct_touch.person_id,
        fct_touch.touched_at,
        fct_touch.touched_on,
        fct_touch.order_key
    from {{ ref('fct_touch') }} as fct_touch
    inner join new_days on fct_touch.touched_on = new_days.touched_on
    where {{ is_new_touch('fct_touch') }}
),

touched as (
    select
        fct_order.order_key,
        fct_order.ordered_on
    from {{ ref('fct_order') }} as fct_order
    inner join (
        select coalesce(now_days.ordered_on, then_days.ordered_on) as ordered_on
        from (
            select ordered_on, {{ order_fingerprint(decided_by + beside) }} as fingerprint
            from {{ valued_orders() }} as orders
            group by ordered_on
        ) as now_days
        full join (
            select
                ordered_on,
                {{ order_fingerprint(decided_by + beside_then) }} as fingerprint,
                min(markov_version) as first_version,
                max(markov_version) as last_version
            from {{ this }}
            where step_no = 1
            group by ordered_on
        ) as then_days
            on now_days.ordered_on = then_days.ordered_on
        left join versions on versions.month_on = {{ month_of('then_days.ordered_on') }}
        where now_days.fingerprint is distinct from then_days.fingerprint
            or then_days.first_version <> coalesce(versions.version, 'none')
            or then_days.last_version <> coalesce(versions.version, 'none')
    ) as days
        on fct_order.ordered_on = days.ordered_on
    union
    select
        fct_order.order_key,
        fct_order.ordered_on
    -- A day further, for a visit's later session that a late event joined to the one before, or gave
    -- another number.
    from new_touches as new_touch
    cross join rule
    inner join {{ ref('fct_order') }} as fct_order
        on
            new_touch.person_id = fct_order.person_id
            and fct_order.ordered_at between new_touch.touched_at
            and new_touch.touched_at + (rule.window_days + 1) * interval '1' day
    where fct_order.ordered_on >= (select min(touched_on) from new_days)
    union
    select
        order_key,
        touched_on as ordered_on
    from new_touches
    where order_key is not null
    union
    -- A visit keeps its day, so no order before it can lose it; one of a new day never had credit.
    select
        credit.order_key,
        credit.ordered_on
    from {{ this }} as credit
    inner join new_touches as new_touch on credit.touch_key = new_touch.touch_key
    where
        credit.ordered_on >= (select min(touched_on) from new_days)
        and new_touch.touched_on <= (select max(ordered_on) from {{ this }})
    union
    -- Touches of other kinds are few; they move and fall away.
    select
        credit.order_key,
        credit.ordered_on
    from {{ this }} as credit
    left join (
        select
            fct_touch.touch_key,
            {{ is_new_touch('fct_touch') }} as is_new
        from {{ ref('fct_touch') }} as fct_touch
        where fct_touch.kind <> 'visit'
    ) as other on credit.touch_key = other.touch_key
    where not credit.is_visit and coalesce(other.is_new, true)
)
{%- endmacro %}

{# Touches that came or changed since the credit was last shared out. The newest load that it shows is the
   newest of touches that lead to an order, so it is never newer than what was seen. #}
{% macro is_new_touch(touch) -%}
    {{ is_new_since(touch, 'changed_load_seq', 'touched_on', 'ordered_on') }}
{%- endmacro %}

{# What decides an order's credit, as one number per group, whatever the order of rows. #}
{% macro order_fingerprint(columns) %}
    {{- return(adapter.dispatch('order_fingerprint')(columns)) -}}
{% endmacro %}

{% macro duckdb__order_fingerprint(columns) -%}
    bit_xor(hash({{ columns | join(', ') }}))
{%- endmacro %}

{% macro spark__order_fingerprint(columns) -%}
    bit_xor(xxhash64({{ columns | join(', ') }}))
{%- endmacro %}
