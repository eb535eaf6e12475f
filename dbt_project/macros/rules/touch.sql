{# In an incremental run of fct_touch: the visits that came or changed since. #}
{% macro is_new_visit(session) -%}
    {{ is_new_since(session, 'changed_load_seq', 'session_on', 'touched_on', "kind = 'visit'") }}
{%- endmacro %}

{# Before an incremental run of fct_touch: what the run takes again or what is no more. A late event can
   join two sessions of a visit into one; an opened message or a contact can change its day or fall away. #}
{% macro forget_touches() -%}
    {% if is_incremental() -%}
    delete from {{ this }}
    where
        kind <> 'visit'
        or (
            touched_on in (
                select session.session_on
                from {{ ref('fct_session') }} as session
                where {{ is_new_visit('session') }}
            )
            and touch_key not in (
                select 'visit:' || session.session_key
                from {{ ref('fct_session') }} as session
                where session.session_on in (
                    select changed.session_on
                    from {{ ref('fct_session') }} as changed
                    where {{ is_new_visit('changed') }}
                )
            )
        )
    {%- endif %}
{%- endmacro %}
