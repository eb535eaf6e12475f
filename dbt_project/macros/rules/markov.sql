{# How many channels a state of the journey remembers, read when the SQL is written, so that the usual
   order of 1 looks no further back than it must. #}
{% macro markov_order() -%}
    {%- set rule = source('raw', 'attribution_rule') -%}
    {%- if execute -%}
        {{- return(run_query('select markov_order from ' ~ rule).columns[0].values()[0] | int) -}}
    {%- endif -%}
    {{- return(1) -}}
{%- endmacro %}

{# Whether two instants of `neighbours` lie no more than the window apart. #}
{% macro is_within_window(later, earlier) -%}
    neighbours.{{ later }} - neighbours.{{ earlier }} <= rule.window_days * interval '1' day
{%- endmacro %}

{# Whether the item some items ago began a journey: behind an order, after silence, or as the first. #}
{% macro starts_journey(ago) -%}
    coalesce(
        neighbours.no_{{ ago + 1 }} = 0
        or not {{ is_within_window('at_' ~ ago, 'at_' ~ (ago + 1)) }},
        true
    )
{%- endmacro %}

{# The state a journey was in some touches ago: up to `order` channels as digits, the newest last,
   none from before the journey began. The library reads the same digits (siyu/metrics/markov). #}
{% macro markov_state(ago, order) -%}
    neighbours.no_{{ ago }}
    {%- for depth in range(1, order) %}
    + case
        when
            {%- for step in range(depth) %}
            {{ 'and ' if step }}not {{ starts_journey(ago + step) }}
            {%- endfor %}
            then neighbours.base{{ ' * neighbours.base' if depth == 2 }}
                * neighbours.no_{{ ago + depth }}
        else 0
    end
    {%- endfor %}
{%- endmacro %}
