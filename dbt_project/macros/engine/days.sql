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

{# The Monday of a day's week. #}
{% macro monday_of(day) -%}
    cast(date_trunc('week', {{ day }}) as date)
{%- endmacro %}

{# The last day of the month that lies some months before a day's month. #}
{% macro month_end_before(day, months) %}
    {{- return(adapter.dispatch('month_end_before')(day, months)) -}}
{% endmacro %}

{% macro duckdb__month_end_before(day, months) -%}
    cast(date_trunc('month', {{ day }}) - to_months(({{ months }}) - 1) as date) - 1
{%- endmacro %}

{% macro spark__month_end_before(day, months) -%}
    last_day(add_months({{ day }}, -({{ months }})))
{%- endmacro %}
