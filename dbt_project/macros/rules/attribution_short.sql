{# CTE `short_steps`: what each touch of a path of one touch or two weighs, with the running sum of each
   weight and the whole of the path, as `steps` and `wholes` have it for the longer ones. The first of two
   has run up to its own weight and the second to the whole; the other channel of two is the one that is not
   its own. Grain: one row per order and touch. #}
{% macro attribution_short_paths() -%}
short_touches as (
    select
        pairs.*,
        paths.touch_count as step_count,
        case when pairs.touched_at = paths.first_at then 1 else 2 end as step_no,
        case when paths.low_channel_no = paths.high_channel_no then paths.touch_count else 1 end
            as times,
        paths.low_channel_no + paths.high_channel_no - pairs.channel_no as other_channel_no,
        paths.decay_whole
    from pairs
    cross join rule
    inner join paths on pairs.order_no = paths.order_no
    where {{ is_short_path() }}
),

short_weights as (
    select
        short_touches.*,
        {{ markov_weight('own', 'short_touches.times') }} as markov_weight,
        {{ markov_weight('other', 'short_touches.times') }} as other_markov_weight,
        {{ shapley_weight('short_touches.times') }} as shapley_weight
    from short_touches
    left join effects as own
        on
            short_touches.channel_no = own.channel_no
            and {{ month_of('short_touches.ordered_on') }} = own.month_on
    left join effects as other
        on
            short_touches.other_channel_no = other.channel_no
            and {{ month_of('short_touches.ordered_on') }} = other.month_on
),

short_wholes as (
    select
        *,
        case when step_count = 1 then markov_weight else markov_weight + other_markov_weight end
            as markov_whole,
        step_count * shapley_weight as shapley_whole
    from short_weights
),

short_steps as (
    select
        *
        {%- for model in weighted_models() %},
        case when step_no = step_count then {{ model }}_whole else {{ model }}_weight end
            as {{ model }}_running
        {%- endfor %}
    from short_wholes
)
{%- endmacro %}
