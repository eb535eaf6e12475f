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

{# The newest load that an incremental model holds, of those of its rows that are `among`. #}
{% macro newest_load_seen(among='true') -%}
    (select coalesce(max(changed_load_seq), 0) from {{ this }} where {{ among }})
{%- endmacro %}

{# In an incremental run: the rows that came or changed since the model was last built, and those of days
   that were not yet to be seen. A load never changes once it is in, so what is as new as the newest load
   seen is not taken again. #}
{% macro is_new_since(relation, load_column, day_column, this_day_column, among='true') -%}
    (
        {{ relation }}.{{ load_column }} > {{ newest_load_seen(among) }}
        or {{ relation }}.{{ day_column }} > (
            select coalesce(max({{ this_day_column }}), date '1970-01-01') from {{ this }}
            where {{ among }}
        )
    )
{%- endmacro %}

{# In an incremental run: the days on which an event came or changed, as a CTE `touched`; nothing in a
   full build. #}
{% macro touched_days() -%}
    {% if is_incremental() -%}
touched as (
    select distinct event_on
    from {{ ref('fct_event') }} as event
    where {{ is_new_since('event', 'load_seq', 'event_on', 'day_on') }}
),

    {% endif -%}
{%- endmacro %}

{# The events of those days: an inner join behind `fct_event as event`. #}
{% macro of_touched_days() -%}
    {% if is_incremental() %}inner join touched on event.event_on = touched.event_on{% endif %}
{%- endmacro %}
