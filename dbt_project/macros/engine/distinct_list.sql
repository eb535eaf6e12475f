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

{# The values of a group in the order of a unique number, joined by a separator. #}
{% macro text_list(column, ordering, separator) -%}
    {{ return(adapter.dispatch('text_list')(column, ordering, separator)) }}
{%- endmacro %}

{% macro duckdb__text_list(column, ordering, separator) -%}
    string_agg({{ column }}, '{{ separator }}' order by {{ ordering }})
{%- endmacro %}

{% macro spark__text_list(column, ordering, separator) -%}
    array_join(
        transform(
            array_sort(collect_list(struct({{ ordering }}, {{ column }}))), x -> x.{{ column }}
        ),
        '{{ separator }}'
    )
{%- endmacro %}

{# The value of the row with the largest of a unique number. #}
{% macro last_by(column, ordering) -%}
    max_by({{ column }}, {{ ordering }})
{%- endmacro %}
