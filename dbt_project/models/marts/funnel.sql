-- How far each day's visitors came on the way to a purchase: in order, and in any order.
-- Ordered: each step not before the step in front of it, same day. Unordered: done that day at all.
-- Grain: one row per Shanghai day, channel of the day's first event, kind and step.
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'day_on',
) }}
with

{% set steps = funnel_steps() -%}
{{ touched_days() -}}
events as (
    select
        event.event_on,
        event.visitor_key,
        event.event_at,
        event.event_key,
        event.event_name,
        event.channel_id,
        event.load_seq
    from {{ ref('fct_event') }} as event
    {{ of_touched_days() }}
),

days as (
    select
        event_on,
        visitor_key,
        {{ first_by(['channel_id'], ['event_at', 'event_key']) }} as opening,
        min(case when event_name = '{{ steps[0] }}' then event_at end) as at_1,
        {% for step in steps[1:] -%}
        count(case when event_name = '{{ step }}' then 1 end) > 0 as did_{{ loop.index + 1 }},
        {% endfor -%}
        max(load_seq) as changed_load_seq
    from events
    group by event_on, visitor_key
),

{% for step in steps[1:] -%}
{% set number = loop.index + 1 -%}
step_{{ number }} as (
    select
        events.event_on,
        events.visitor_key,
        min(events.event_at) as at_{{ number }}
    from events
    inner join {{ 'days' if number == 2 else 'step_' ~ (number - 1) }} as before
        on events.event_on = before.event_on and events.visitor_key = before.visitor_key
    where events.event_name = '{{ step }}' and events.event_at >= before.at_{{ number - 1 }}
    group by events.event_on, events.visitor_key
),

{% endfor -%}
reached as (
    select
        days.event_on as day_on,
        days.opening.channel_id,
        days.changed_load_seq,
        days.at_1,
        {% for step in steps[1:] -%}
        step_{{ loop.index + 1 }}.at_{{ loop.index + 1 }},
        days.did_{{ loop.index + 1 }}{{ ',' if not loop.last }}
        {% endfor %}
    from days
    {% for step in steps[1:] -%}
    left join step_{{ loop.index + 1 }}
        on
            days.event_on = step_{{ loop.index + 1 }}.event_on
            and days.visitor_key = step_{{ loop.index + 1 }}.visitor_key
    {% endfor %}
),

counted as (
    select
        day_on,
        channel_id,
        max(changed_load_seq) as changed_load_seq,
        {% for step in steps -%}
        {% set number = loop.index -%}
        count(at_{{ number }}) as ordered_{{ number }},
        {% if number > 1 -%}
        sum({{ seconds_between('at_' ~ (number - 1), 'at_' ~ number) }}) as seconds_{{ number }},
        count(case when did_{{ number }} then 1 end) as unordered_{{ number }}
        {%- else -%}
        count(at_1) as unordered_1
        {%- endif %}{{ ',' if not loop.last }}
        {% endfor %}
    from reached
    group by day_on, channel_id
),

final as (
    {% for kind in ['ordered', 'unordered'] -%}
    {% set outer = loop -%}
    {% for step in steps -%}
    select
        day_on,
        channel_id,
        '{{ kind }}' as funnel_kind,
        {{ loop.index }} as step_no,
        '{{ step }}' as step,
        {{ kind }}_{{ loop.index }} as visitor_count,
        {% if kind == 'ordered' and loop.index > 1 -%}
        cast(seconds_{{ loop.index }} as bigint)
        {%- else -%}
        cast(null as bigint)
        {%- endif %} as step_seconds,
        changed_load_seq
    from counted
    {% if not (loop.last and outer.last) %}union all{% endif %}
    {% endfor -%}
    {% endfor %}
)

select * from final
