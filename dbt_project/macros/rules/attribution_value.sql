{# What an order is worth to the touches before it: `value` of config/attribution.yml, read when the SQL
   is written, so that net revenue joins nothing. What any value reads is named here, because dbt parses
   with one value and may run with another. #}
{% macro attribution_value() -%}
    {%- do ref('fct_order') -%}
    {%- do ref('int_order__contribution') -%}
    {%- do source('raw', 'predicted_ltv') -%}
    {%- set rule = source('raw', 'attribution_rule') -%}
    {%- if execute -%}
        {{- return(run_query('select credited_value from ' ~ rule).columns[0].values()[0]) -}}
    {%- endif -%}
    {{- return('net_revenue') -}}
{%- endmacro %}

{# The column of `valued_orders()` that is credited. #}
{% macro value_column() -%}
    {{- return('net_revenue_cny' if attribution_value() == 'net_revenue' else 'value_cny') -}}
{%- endmacro %}

{# What names an order of `valued_orders()` within one statement. #}
{% macro order_no(alias) -%}
    {%- if value_column() == 'net_revenue_cny' -%}
    {{ row_handle(ref('fct_order'), alias, 'order_key') }}
    {%- else -%}
    {{ alias }}.order_no
    {%- endif -%}
{%- endmacro %}

{# Orders with what they are worth; an unpaid order is worth nothing. Margin is the order's contribution.
   A person's predicted LTV goes in equal parts, to the cent, to their paid orders; who had no
   prediction before this night is worth nothing yet. Grain: one row per order. #}
{% macro valued_orders() -%}
    {%- set value = attribution_value() -%}
    {%- if value == 'net_revenue' -%} {{ ref('fct_order') }}
    {%- elif value == 'margin' -%}
    (
        select
            orders.*,
            {{ row_handle(ref('fct_order'), 'orders', 'order_key') }} as order_no,
            coalesce(margins.contribution_cny, {{ money('0') }}) as value_cny
        from {{ ref('fct_order') }} as orders
        left join {{ ref('int_order__contribution') }} as margins
            on orders.order_key = margins.order_key
    )
    {%- else -%}
    (
        select
            orders.*,
            {{ row_handle(ref('fct_order'), 'orders', 'order_key') }} as order_no,
            {{ money('coalesce(' ~ cents_up_to('parts.part_no') ~ ' - '
                ~ cents_up_to('parts.part_no - 1') ~ ', 0) / 100') }} as value_cny
        from {{ ref('fct_order') }} as orders
        left join (
            select
                order_key,
                person_id,
                row_number() over (
                    partition by person_id order by ordered_at, order_key
                ) as part_no,
                count(*) over (partition by person_id) as part_count
            from {{ ref('fct_order') }}
            where is_paid and person_id is not null
        ) as parts on orders.order_key = parts.order_key
        left join {{ source('raw', 'predicted_ltv') }} as predicted
            on parts.person_id = predicted.person_id
    )
    {%- endif -%}
{%- endmacro %}

{# Of a person's LTV in cents, what their first `parts` orders have together: whole cents. #}
{% macro cents_up_to(parts) -%}
    floor(cast(predicted.ltv_cny * 100 as double) * ({{ parts }}) / parts.part_count)
{%- endmacro %}
