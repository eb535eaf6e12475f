{# Since which load a person is who they are: the newest merge or split of each person. Rows of a
   merged or split person are restated; nobody else's are. #}
{% macro person_changes() -%}
    (
        select
            person_id,
            max(load_seq) as load_seq
        from {{ ref('person_history') }}
        where change in ('merge', 'split')
        group by person_id
    )
{%- endmacro %}

{# In an incremental run: the rows that came or changed since the model was last built. The newest
   load and the newest day are taken again, so a rerun of a night ends where it began. #}
{% macro is_new_since(relation, load_column, day_column, this_day_column) -%}
    (
        {{ relation }}.{{ load_column }} >= (
            select coalesce(max(changed_load_seq), 0) from {{ this }}
        )
        or {{ relation }}.{{ day_column }} >= (
            select coalesce(max({{ this_day_column }}), date '1970-01-01') from {{ this }}
        )
    )
{%- endmacro %}
