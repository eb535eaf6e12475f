{# Orders whose credit may differ from what stands in the mart: those of days on which an order came,
   went to another person or changed its money or value; those after a touch that came or changed; and those
   of months whose removal effects changed. #}
{% macro touched_orders() -%}
    {%- set value = value_column() -%}
    {%- set decided_by = ['order_key', 'person_id', 'is_paid', 'net_revenue_cny'] -%}
    {%- set beside = [] if value == 'net_revenue_cny' else [value] -%}
    {#- The first touch has the whole value of the order under the first model. -#}
    {%- set beside_then = ['first_cny'] if beside else [] -%}
    select fct_order.order_key
    from {{ ref('fct_order') }} as fct_order
    inner join (
        select coalesce(now_days.ordered_on, then_days.ordered_on) as ordered_on
        from (
            select ordered_on, {{ order_fingerprint(decided_by + beside) }} as fingerprint
            from {{ valued_orders() }} as orders
            group by ordered_on
        ) as now_days
        full join (
            select ordered_on, {{ order_fingerprint(decided_by + beside_then) }} as fingerprint
            from {{ this }}
            where step_no = 1
            group by ordered_on
        ) as then_days
            on now_days.ordered_on = then_days.ordered_on
        where now_days.fingerprint is distinct from then_days.fingerprint
    ) as days
        on fct_order.ordered_on = days.ordered_on
    union
    select fct_order.order_key
    -- Distinct, so that the few new touches are found before any meets an order. A day further, for
    -- a visit's later session that a late event joined to the one before.
    from (
        select distinct person_id, touched_at
        from {{ ref('fct_touch') }} as fct_touch
        where {{ is_new_since('fct_touch', 'changed_load_seq', 'touched_on', 'ordered_on') }}
    ) as new_touch
    cross join {{ source('raw', 'attribution_rule') }} as rule
    inner join {{ ref('fct_order') }} as fct_order
        on
            new_touch.person_id = fct_order.person_id
            and fct_order.ordered_at between new_touch.touched_at
            and new_touch.touched_at + (rule.window_days + 1) * interval '1' day
    union
    select fct_touch.order_key
    from {{ ref('fct_touch') }} as fct_touch
    where
        fct_touch.order_key is not null
        and {{ is_new_since('fct_touch', 'changed_load_seq', 'touched_on', 'ordered_on') }}
    union
    -- A creator whom a later export no longer names.
    select credit.order_key
    from {{ this }} as credit
    left join {{ ref('fct_touch') }} as fct_touch on credit.touch_key = fct_touch.touch_key
    where credit.channel_id = 'creator' and fct_touch.touch_key is null
    union
    select credit.order_key
    from {{ this }} as credit
    left join (
        select cast(month_on as date) as month_on, min(version) as version
        from {{ ref('int_attribution__effect') }}
        group by month_on
    ) as versions
        on versions.month_on = {{ month_of('credit.ordered_on') }}
    where credit.step_no = 1 and credit.markov_version <> coalesce(versions.version, 'none')
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
