{# The seven attribution models. #}
{% macro attribution_models() %}
    {{- return(['first', 'last', 'linear', 'position', 'decay', 'markov', 'shapley']) -}}
{% endmacro %}

{# The running weight of a path up to and with this touch, in whole numbers, so that sums are exact
   and the order of rows never matters. Columns: step_no, step_count and the running sums. The first
   and the last touch need no weight: one of them takes all. #}
{% macro running_weight(model) -%}
    {%- if model == 'linear' -%} step_no
    {%- elif model == 'position' -%}
        case
            when step_count <= 2 then step_no * 1000000
            when step_no = step_count then 2 * end_weight + (step_count - 2) * middle_weight
            else end_weight + (step_no - 1) * middle_weight
        end
    {%- else -%} {{ model }}_running
    {%- endif -%}
{%- endmacro %}

{# The weight of the touch itself: running weight less this is the running weight before it. #}
{% macro own_weight(model) -%}
    {%- if model == 'linear' -%} 1
    {%- elif model == 'position' -%}
        case
            when step_count <= 2 then 1000000
            when step_no in (1, step_count) then end_weight
            else middle_weight
        end
    {%- else -%} {{ model }}_weight
    {%- endif -%}
{%- endmacro %}

{% macro whole_weight(model) -%}
    {%- if model == 'linear' -%} step_count
    {%- elif model == 'position' -%}
        case
            when step_count <= 2 then step_count * 1000000
            else 2 * end_weight + (step_count - 2) * middle_weight
        end
    {%- else -%} {{ model }}_whole
    {%- endif -%}
{%- endmacro %}

{# A touch's credit: the rounded running total of the path up to it, less what went before it. So the
   credits of an order sum to its value to the cent, under every model. #}
{% macro credit(model) -%}
    {%- set value = value_column() -%}
    {%- set amount = 'cast(' ~ value ~ ' * 100 as double)' -%}
    {%- if model in ('first', 'last') -%}
    case when step_no = {{ '1' if model == 'first' else 'step_count' }} then {{ value }}
        else {{ money('0') }} end
    {%- else -%}
    case when step_count = 1 then {{ value }}
        else {{ money('(round(' ~ amount ~ ' * (' ~ running_weight(model) ~ ') / ('
        ~ whole_weight(model) ~ ')) - round(' ~ amount ~ ' * ((' ~ running_weight(model) ~ ') - ('
        ~ own_weight(model) ~ ')) / (' ~ whole_weight(model) ~ '))) / 100') }} end
    {%- endif -%}
{%- endmacro %}
