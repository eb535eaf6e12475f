{# The models whose weights are running sums over a path. #}
{% macro weighted_models() %}{{ return(['decay', 'markov', 'shapley']) }}{% endmacro %}

{# CTEs `channel_times`, `weights` and `steps`: what each touch of `capped` weighs, in whole numbers, with
   its place on the path and the running and whole sums of each weight. Decay halves with every
   half-life; Markov gives a channel its effect and Shapley an equal share, split over its touches.
   Grain of `steps`: one row per order and touch. #}
{% macro attribution_weights() -%}
channel_times as (
    select
        order_key,
        channel_id,
        count(*) as times
    from capped
    group by order_key, channel_id
),

weights as (
    select
        capped.order_key,
        capped.touch_key,
        capped.touched_at,
        capped.channel_id,
        capped.changed_load_seq,
        cast(round(1e9 * power(
            0.5,
            {{ seconds_between('capped.touched_at', 'capped.ordered_at') }}
            / 86400.0 / rule.half_life_days
        )) as bigint) as decay_weight,
        cast(round(1e6 * coalesce(effects.effect_permille, 0) / channel_times.times) as bigint)
            as markov_weight,
        cast(round(1e9 / channel_times.times) as bigint) as shapley_weight
    from capped
    cross join rule
    inner join channel_times
        on
            capped.order_key = channel_times.order_key
            and capped.channel_id = channel_times.channel_id
    left join effects
        on
            capped.channel_id = effects.channel_id
            and effects.month_on = {{ month_of('capped.ordered_on') }}
),

steps as (
    select
        *,
        row_number() over path as step_no,
        count(*) over (
            path rows between unbounded preceding and unbounded following
        ) as step_count
        {%- for model in weighted_models() %},
        sum({{ model }}_weight) over (
            path rows between unbounded preceding and current row
        ) as {{ model }}_running,
        sum({{ model }}_weight) over (
            path rows between unbounded preceding and unbounded following
        ) as {{ model }}_whole
        {%- endfor %}
    from weights
    window path as (partition by order_key order by touched_at, touch_key)
)
{%- endmacro %}

{# A weight's running sum, own weight and whole of the path (`running`, `weight`, `whole`); a path on
   which no touch weighs anything, or of no touch, is shared equally. #}
{% macro weight_or_equal(model, part) -%}
    {%- set plain = {'running': 'coalesce(steps.step_no, 1)', 'weight': '1',
        'whole': 'coalesce(steps.step_count, 1)'} -%}
    case when coalesce(steps.{{ model }}_whole, 0) = 0 then {{ plain[part] }}
            else steps.{{ model }}_{{ part }} end
{%- endmacro %}
