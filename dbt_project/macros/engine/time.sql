{# Instants are stored as naive UTC; the business day is read in Asia/Shanghai. #}
{% macro shanghai_day(instant) %}{{ return(adapter.dispatch('shanghai_day')(instant)) }}{% endmacro %}

{# China has kept UTC+8 without daylight saving since 1991, so a fixed shift is exact. #}
{% macro duckdb__shanghai_day(instant) -%}
    cast({{ instant }} + interval 8 hour as date)
{%- endmacro %}

{% macro spark__shanghai_day(instant) -%}
    to_date(from_utc_timestamp({{ instant }}, 'Asia/Shanghai'))
{%- endmacro %}

{# The last second of a Shanghai day, as a UTC instant. #}
{% macro end_of_day(day) -%}
    cast({{ day }} as timestamp) + interval '57599' second
{%- endmacro %}

{% macro days_between(first_day, last_day) %}
    {{- return(adapter.dispatch('days_between')(first_day, last_day)) -}}
{% endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    cast({{ last_day }} - {{ first_day }} as integer)
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    datediff({{ last_day }}, {{ first_day }})
{%- endmacro %}

{# A moment as text up to its minute, also of a raw row: the same bill may have lost its seconds. #}
{% macro minute_of(moment) -%}
    substr(cast({{ moment }} as varchar), 1, 16)
{%- endmacro %}

{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro months_between_firsts(first_month, last_month) -%}
    (extract(year from {{ last_month }}) - extract(year from {{ first_month }})) * 12
    + extract(month from {{ last_month }}) - extract(month from {{ first_month }})
{%- endmacro %}

{# The business day the warehouse is built for: a table, so that a new day never forces a re-parse. #}
{% macro as_of() -%}
    (select business_day.as_of_on from {{ source('raw', 'as_of') }} as business_day)
{%- endmacro %}

{# Whole seconds from one instant to a later one. #}
{% macro seconds_between(first_at, last_at) %}
    {{- return(adapter.dispatch('seconds_between')(first_at, last_at)) -}}
{% endmacro %}

{% macro duckdb__seconds_between(first_at, last_at) -%}
    date_diff('second', {{ first_at }}, {{ last_at }})
{%- endmacro %}

{% macro spark__seconds_between(first_at, last_at) -%}
    unix_timestamp({{ last_at }}) - unix_timestamp({{ first_at }})
{%- endmacro %}

{# Which slot of so many minutes an instant falls into, counted from 1970. #}
{% macro time_slot(instant, minutes) %}{{ return(adapter.dispatch('time_slot')(instant, minutes)) }}{% endmacro %}

{% macro duckdb__time_slot(instant, minutes) -%}
    epoch_us({{ instant }}) // {{ minutes * 60000000 }}
{%- endmacro %}

{% macro spark__time_slot(instant, minutes) -%}
    floor(unix_micros({{ instant }}) / {{ minutes * 60000000 }})
{%- endmacro %}
