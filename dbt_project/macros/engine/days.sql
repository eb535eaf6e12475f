{# A day some days later (negative: earlier). #}
{% macro add_days(day, days) %}{{ return(adapter.dispatch('add_days')(day, days)) }}{% endmacro %}

{% macro duckdb__add_days(day, days) -%}
    cast({{ day }} + ({{ days }}) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, {{ days }})
{%- endmacro %}

{# The hour of the Shanghai day, 0 to 23, of a UTC instant. #}
{% macro shanghai_hour(instant) -%}
    extract(hour from {{ instant }} + interval '8' hour)
{%- endmacro %}

{# Whether a day is a Saturday or a Sunday; 1900-01-01 was a Monday. #}
{% macro is_weekend(day) -%}
    {{ days_between("date '1900-01-01'", day) }} % 7 >= 5
{%- endmacro %}
