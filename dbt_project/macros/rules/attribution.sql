{# The seven attribution models. #}
{% macro attribution_models() %}
    {{- return(['first', 'last', 'linear', 'position', 'decay', 'markov', 'shapley']) -}}
{% endmacro %}

{# What a touch of the first or last place, or of the middle, weighs by position: the running sum of the
   path up to and with this touch, the touch's own and the whole of the path (`running`, `weight`, `whole`).
   `end_weight` and `middle_weight` are both times the number of middle touches, so that the middle's share
   needs no rounding. #}
{% macro position(part) -%}
    {%- if part == 'running' -%}
        case
            when step_count <= 2 then step_no * 1000000
            when step_no = step_count then 2 * end_weight + (step_count - 2) * middle_weight
            else end_weight + (step_no - 1) * middle_weight
        end
    {%- elif part == 'weight' -%}
        case
            when step_count <= 2 then 1000000
            when step_no in (1, step_count) then end_weight
            else middle_weight
        end
    {%- else -%}
        case
            when step_count <= 2 then step_count * 1000000
            else 2 * end_weight + (step_count - 2) * middle_weight
        end
    {%- endif -%}
{%- endmacro %}

{# A touch's credit: the rounded running total of the path up to it, less what went before it. So the
   credits of an order sum to its value to the cent, under every model. Weights are whole numbers, so that
   sums are exact and the order of rows never matters; the first and the last touch need none: one of them
   takes all. Columns: `cents` of the order, step_no, step_count and of each model running, weight, whole. #}
{% macro credit(model) -%}
    {%- if model in ('first', 'last') -%}
    case when step_no = {{ '1' if model == 'first' else 'step_count' }} then {{ value_column() }}
        else {{ money('0') }} end
    {%- else -%}
    {%- set equal = {'running': 'step_no', 'weight': '1', 'whole': 'step_count'} -%}
    {%- set of = {} -%}
    {%- for part in equal -%}
    {%- do of.update({part: equal[part] if model == 'linear' else model ~ '_' ~ part}) -%}
    {%- endfor -%}
    {{ money('(round(cents * ' ~ of.running ~ ' / ' ~ of.whole ~ ') - round(cents * ('
        ~ of.running ~ ' - ' ~ of.weight ~ ') / ' ~ of.whole ~ ')) / 100') }}
    {%- endif -%}
{%- endmacro %}
