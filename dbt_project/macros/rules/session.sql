{# A session is a visit without 30 silent minutes inside one business day. The app's own session, or
   where it has none the account, is the visit that is cut. #}
{% macro session_gap() -%} interval '30' minute {%- endmacro %}

{# The steps of the shop's funnel in order: event name by step number. #}
{% macro funnel_steps() %}
    {{- return(['view_home', 'view_product', 'add_to_cart', 'purchase']) -}}
{% endmacro %}

{# The slot of time that an instant falls into: not longer than the gap, so that none lies inside. #}
{% macro session_slot(instant) -%} {{ time_slot(instant, 30) }} {%- endmacro %}

{# What a session keeps of its events, one aggregate a line; `opening` is the handle of the first, and
   `marks` has a 1 for a cart and a 2 for a purchase. #}
{% macro session_measures(handle) -%}
    {{ first_of(handle, ['event_at', 'event_key']) }} as opening,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'view_product' then 1 end) as product_view_count,
        bit_or(case event_name when 'add_to_cart' then 1 when 'purchase' then 2 else 0 end) as marks,
        max(changed_load_seq) as changed_load_seq
{%- endmacro %}
