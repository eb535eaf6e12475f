{# A session is a visit without 30 silent minutes inside one business day. The app's own session, or
   where it has none the account, is the visit that is cut. #}
{% macro session_gap() -%} interval '30' minute {%- endmacro %}

{# The steps of the shop's funnel in order: event name by step number. #}
{% macro funnel_steps() %}
    {{- return(['view_home', 'view_product', 'add_to_cart', 'purchase']) -}}
{% endmacro %}

{# What a session needs of its events. #}
{% macro session_event_columns(relation) -%}
    {%- for column in [
        'session_key', 'event_on', 'event_at', 'event_key', 'event_name', 'person_id',
        'visitor_key', 'channel_id', 'campaign', 'page', 'changed_load_seq',
    ] %}
        {{ relation }}.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
