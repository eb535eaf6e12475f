{# What names a row of a table within one statement: its place where the engine knows places, else its
   key. Windows and joins carry it instead of text, which is joined back at the end. Never stored.
   A unit test stands queries in for tables, and a query has no places. #}
{% macro row_handle(relation, alias, key) %}
    {{- return(adapter.dispatch('row_handle')(relation, alias, key)) -}}
{% endmacro %}

{% macro duckdb__row_handle(relation, alias, key) -%}
    {{ alias }}.{{ key if relation.is_cte else 'rowid' }}
{%- endmacro %}

{% macro spark__row_handle(relation, alias, key) -%}
    {{ alias }}.{{ key }}
{%- endmacro %}
