{# Raw values are text in canonical form; these casts give them their type. #}
{% macro money(value) -%} cast({{ value }} as decimal(18, 2)) {%- endmacro %}

{% macro instant(value) -%} cast({{ value }} as timestamp) {%- endmacro %}

{# A number series as rows of `n`, both ends included. #}
{% macro numbers(first, last) %}{{ return(adapter.dispatch('numbers')(first, last)) }}{% endmacro %}

{% macro duckdb__numbers(first, last) -%}
    (select cast(range as integer) as n from range({{ first }}, {{ last }} + 1))
{%- endmacro %}

{% macro spark__numbers(first, last) -%}
    (select cast(id as int) as n from range({{ first }}, {{ last }} + 1))
{%- endmacro %}

{# A short key from parts that stand together; nulls count as empty. #}
{% macro hash_key(parts) -%}
    md5({% for part in parts -%}
        coalesce(cast({{ part }} as {{ dbt.type_string() }}), '')
        {%- if not loop.last %} || '|' || {% endif %}
    {%- endfor %})
{%- endmacro %}
