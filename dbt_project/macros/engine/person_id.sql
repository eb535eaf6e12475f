{# The published id of a person: p and the 16 hex digits of its founder's hash; null stays null. #}
{% macro person_id(column) -%}
    {{ return(adapter.dispatch('person_id')(column)) }}
{%- endmacro %}

{% macro duckdb__person_id(column) -%}
    'p' || lpad(lower(to_hex({{ column }})), 16, '0')
{%- endmacro %}

{% macro spark__person_id(column) -%}
    concat('p', lpad(lower(hex({{ column }})), 16, '0'))
{%- endmacro %}
