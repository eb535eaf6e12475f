{# The models whose weights are running sums over a path. #}
{% macro weighted_models() %}{{ return(['decay', 'markov', 'shapley']) }}{% endmacro %}

{# Of a channel that stands on a path so many times, what one of its touches weighs: Markov gives a channel
   its effect and Shapley an equal share. #}
{% macro markov_weight(effects, times) -%}
    cast(round(1e6 * coalesce({{ effects }}.effect_permille, 0) / {{ times }}) as bigint)
{%- endmacro %}

{% macro shapley_weight(times) -%} cast(round(1e9 / {{ times }}) as bigint) {%- endmacro %}

{# CTEs `channel_weights`, `wholes` and `steps`: what each touch of `shared` weighs, in whole numbers, with
   its place on the path and the running sum of each weight; the whole sums per order. Wholes are grouped
   by way of the channels: no window computes them again for every row.
   Grain of `steps`: one row per order and touch; of `wholes`: one row per order. #}
{% macro attribution_weights() -%}
channel_times as (
    select
        order_no,
        channel_no,
        {{ month_of('any_value(ordered_on)') }} as month_on,
        count(*) as times,
        cast(sum(decay_weight) as bigint) as decay_part
    from shared
    group by order_no, channel_no
),

channel_weights as (
    select
        channel_times.order_no,
        channel_times.channel_no,
        channel_times.times,
        channel_times.decay_part,
        {{ markov_weight('effects', 'channel_times.times') }} as markov_weight,
        {{ shapley_weight('channel_times.times') }} as shapley_weight
    from channel_times
    left join effects
        on
            channel_times.channel_no = effects.channel_no
            and channel_times.month_on = effects.month_on
),

wholes as (
    select
        order_no,
        cast(sum(decay_part) as bigint) as decay_whole
        {%- for model in ['markov', 'shapley'] %},
        cast(sum(times * {{ model }}_weight) as bigint) as {{ model }}_whole
        {%- endfor %}
    from channel_weights
    group by order_no
),

steps as (
    select
        shared.order_no,
        shared.touch_key,
        shared.channel_no,
        shared.changed_load_seq,
        shared.step_count,
        shared.decay_weight,
        channel_weights.markov_weight,
        channel_weights.shapley_weight,
        row_number() over path as step_no
        {%- for model in weighted_models() %},
        cast(sum({{ model }}_weight) over (
            path rows between unbounded preceding and current row
        ) as bigint) as {{ model }}_running
        {%- endfor %}
    from shared
    inner join channel_weights
        on
            shared.order_no = channel_weights.order_no
            and shared.channel_no = channel_weights.channel_no
    window path as (partition by shared.order_no order by shared.touched_at, shared.touch_key)
)
{%- endmacro %}

{# A weight's running sum, own weight and whole of the path (`running`, `weight`, `whole`); a path on
   which no touch weighs anything is shared equally. #}
{% macro weight_or_equal(model, part) -%}
    {%- set plain = {'running': 'step_no', 'weight': '1', 'whole': 'step_count'} -%}
    case when {{ model }}_whole = 0 then {{ plain[part] }} else {{ model }}_{{ part }} end
{%- endmacro %}

{# CTEs `all_steps` and `credited`: the touches of short and of longer paths together. Grain: one row per
   order and touch. #}
{% macro attribution_steps() -%}
{%- set step_columns = ['order_no', 'touch_key', 'channel_no', 'changed_load_seq', 'step_no', 'step_count'] -%}
all_steps as (
    select
        {{ step_columns | join(', ') }}
        {%- for model in weighted_models() %},
        {{ model }}_running, {{ model }}_weight, {{ model }}_whole
        {%- endfor %}
    from short_steps
    union all
    select
        steps.{{ step_columns | join(', steps.') }}
        {%- for model in weighted_models() %},
        steps.{{ model }}_running, steps.{{ model }}_weight, wholes.{{ model }}_whole
        {%- endfor %}
    from steps
    inner join wholes on steps.order_no = wholes.order_no
),

credited as (
    select
        {{ step_columns | join(', ') }}
        {%- for model in weighted_models() %}
        {%- for part in ['running', 'weight', 'whole'] %},
        {{ weight_or_equal(model, part) }} as {{ model }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from all_steps
)
{%- endmacro %}
