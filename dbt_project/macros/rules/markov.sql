{# The state a journey was in some touches ago: up to markov_order channels as digits, the newest
   last, none from before the journey began. The library reads the same digits (siyu/metrics/markov). #}
{% macro markov_state(ago) -%}
    {%- set newest = 'gaps.channel_no' if ago == 0 else 'lag(gaps.channel_no, ' ~ ago ~ ') over person' -%}
    {{ newest }}
    {%- for depth in [1, 2] %}
    + case
        when
            gaps.markov_order > {{ depth }}
            {%- for step in range(depth) %}
            and not {{ 'gaps.is_first' if ago + step == 0
                else 'coalesce(lag(gaps.is_first, ' ~ (ago + step) ~ ') over person, true)' }}
            {%- endfor %}
            then {{ ['gaps.base', 'gaps.base * gaps.base'][depth - 1] }}
                * lag(gaps.channel_no, {{ ago + depth }}) over person
        else 0
    end
    {%- endfor %}
{%- endmacro %}
