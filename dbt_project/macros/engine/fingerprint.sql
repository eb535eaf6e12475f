{# A fingerprint of rows, equal ones counted, that fits a bigint. #}
{% macro whole_fingerprint(columns) %}
    {{- return(adapter.dispatch('whole_fingerprint')(columns)) -}}
{% endmacro %}

{% macro duckdb__whole_fingerprint(columns) -%}
    cast(sum(hash({{ columns | join(', ') }})) % 9223372036854775807 as bigint)
{%- endmacro %}

{% macro spark__whole_fingerprint(columns) -%}
    cast(
        sum(cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0))) % 9223372036854775807
        as bigint
    )
{%- endmacro %}
