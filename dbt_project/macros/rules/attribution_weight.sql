{# The models whose weights are running sums over a path. #}
{% macro weighted_models() %}{{ return(['decay', 'markov', 'shapley']) }}{% endmacro %}

{# CTEs `channel_weights`, `weights`, `wholes` and `steps`: what each touch of `shared` weighs, in whole
   numbers, with its place on the path and the running sum of each weight; the whole sums per order.
   Decay halves with every half-life; Markov gives a channel its effect and Shapley an equal share,
   split over its touches. Wholes are grouped: no window computes them again for every row.
   Grain of `steps`: one row per order and touch; of `wholes`: one row per order. #}
{% macro attribution_weights() -%}
channel_times as (
    select
        order_key,
        channel_id,
        {{ month_of('any_value(ordered_on)') }} as month_on,
        count(*) as times
    from shared
    group by order_key, channel_id
),

channel_weights as (
    select
        channel_times.order_key,
        channel_times.channel_id,
        cast(round(1e6 * coalesce(effects.effect_permille, 0) / channel_times.times) as bigint)
            as markov_weight,
        cast(round(1e9 / channel_times.times) as bigint) as shapley_weight
    from channel_times
    left join effects
        on
            channel_times.channel_id = effects.channel_id
            and channel_times.month_on = effects.month_on
),

weights as (
    select
        shared.order_key,
        shared.touch_key,
        shared.touched_at,
        shared.channel_id,
        shared.changed_load_seq,
        cast(round(1e9 * power(
            0.5,
            {{ seconds_between('shared.touched_at', 'shared.ordered_at') }}
            / 86400.0 / rule.half_life_days
        )) as bigint) as decay_weight,
        channel_weights.markov_weight,
        channel_weights.shapley_weight
    from shared
    cross join rule
    inner join channel_weights
        on
            shared.order_key = channel_weights.order_key
            and shared.channel_id = channel_weights.channel_id
),

wholes as (
    select
        order_key,
        count(*) as step_count
        {%- for model in weighted_models() %},
        cast(sum({{ model }}_weight) as bigint) as {{ model }}_whole
        {%- endfor %}
    from weights
    group by order_key
),

steps as (
    select
        *,
        row_number() over path as step_no
        {%- for model in weighted_models() %},
        cast(sum({{ model }}_weight) over (
            path rows between unbounded preceding and current row
        ) as bigint) as {{ model }}_running
        {%- endfor %}
    from weights
    window path as (partition by order_key order by touched_at, touch_key)
)
{%- endmacro %}

{# A weight's running sum, own weight and whole of the path (`running`, `weight`, `whole`); a path on
   which no touch weighs anything is shared equally. #}
{% macro weight_or_equal(model, part) -%}
    {%- set plain = {'running': 'steps.step_no', 'weight': '1', 'whole': 'wholes.step_count'} -%}
    {%- set table = 'wholes' if part == 'whole' else 'steps' -%}
    case when wholes.{{ model }}_whole = 0 then {{ plain[part] }}
            else {{ table }}.{{ model }}_{{ part }} end
{%- endmacro %}
