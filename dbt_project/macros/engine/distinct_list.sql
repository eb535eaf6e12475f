{# The distinct values of a group, ordered and joined by commas. #}
{% macro distinct_list(column) -%}
    {{ return(adapter.dispatch('distinct_list')(column)) }}
{%- endmacro %}

{% macro duckdb__distinct_list(column) -%}
    string_agg(distinct {{ column }}, ',' order by {{ column }})
{%- endmacro %}

{% macro spark__distinct_list(column) -%}
    array_join(array_sort(collect_set({{ column }})), ',')
{%- endmacro %}
