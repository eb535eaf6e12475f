{# The values of several columns in the row that comes first by the ordering, as one struct; a null
   value counts like any other. Columns are read as `struct.column`. #}
{% macro first_by(columns, ordering) -%}
    {{ return(adapter.dispatch('first_by')(columns, ordering)) }}
{%- endmacro %}

{% macro duckdb__first_by(columns, ordering) -%}
    arg_min(
        struct_pack({% for c in columns %}{{ c }} := {{ c }}{{ ', ' if not loop.last }}{% endfor %}),
        struct_pack({% for c in ordering %}k{{ loop.index }} := {{ c }}{{ ', ' if not loop.last }}{% endfor %})
    )
{%- endmacro %}

{% macro spark__first_by(columns, ordering) -%}
    min_by(struct({{ columns | join(', ') }}), struct({{ ordering | join(', ') }}))
{%- endmacro %}

{# One value that is never null, in the row that comes first by the ordering. #}
{% macro first_of(value, ordering) -%}
    {{ return(adapter.dispatch('first_of')(value, ordering)) }}
{%- endmacro %}

{% macro duckdb__first_of(value, ordering) -%}
    arg_min(
        {{ value }},
        struct_pack({% for c in ordering %}k{{ loop.index }} := {{ c }}{{ ', ' if not loop.last }}{% endfor %})
    )
{%- endmacro %}

{% macro spark__first_of(value, ordering) -%}
    min_by({{ value }}, struct({{ ordering | join(', ') }}))
{%- endmacro %}
