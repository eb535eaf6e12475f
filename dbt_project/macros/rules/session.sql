{# A session is a visit without 30 silent minutes inside one business day. The app's own session, or
   where it has none the account, is the visit that is cut. #}
{% macro session_gap() -%} interval '30' minute {%- endmacro %}

{# The steps of the shop's funnel in order: event name by step number. #}
{% macro funnel_steps() %}
    {{- return(['view_home', 'view_product', 'add_to_cart', 'purchase']) -}}
{% endmacro %}

{# What a session keeps of its events, one aggregate a line. #}
{% macro session_measures() -%}
    {{ first_by(
        ['person_id', 'visitor_key', 'channel_id', 'campaign', 'page'],
        ['event_at', 'event_key'],
    ) }} as opening,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'view_product' then 1 end) as product_view_count,
        count(case when event_name = 'add_to_cart' then 1 end) > 0 as has_cart,
        count(case when event_name = 'purchase' then 1 end) > 0 as has_purchase,
        max(changed_load_seq) as changed_load_seq
{%- endmacro %}
