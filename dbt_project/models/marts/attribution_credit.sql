-- What each touch earned of each order under seven models; orders without a touch are organic.
-- Touches count for window_days; of a longer path the newest step_cap touches share.
-- Grain: one row per order and touch on its path (one organic row where there is none).
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'order_key',
) }}
with

rule as (
    select * from {{ source('raw', 'attribution_rule') }}
),

effects as (
    select
        cast(month_on as date) as month_on,
        channel_id,
        effect_permille,
        version
    from {{ ref('int_attribution__effect') }}
),

versions as (
    select
        month_on,
        min(version) as version
    from effects
    group by month_on
),

{% if is_incremental() -%}
touched as (
    {{ touched_orders() }}
),

{% endif -%}
orders as (
    select
        fct_order.order_key,
        fct_order.person_id,
        fct_order.ordered_at,
        fct_order.ordered_on,
        fct_order.is_paid,
        fct_order.net_revenue_cny,
        coalesce(versions.version, 'none') as markov_version
    from {{ ref('fct_order') }} as fct_order
    left join versions on versions.month_on = {{ month_of('fct_order.ordered_on') }}
    {% if is_incremental() -%}
    inner join touched on fct_order.order_key = touched.order_key
    {%- endif %}
),

pairs as (
    select
        orders.order_key,
        orders.ordered_at,
        orders.ordered_on,
        touch.touch_key,
        touch.touched_at,
        touch.channel_id,
        touch.changed_load_seq
    from orders
    cross join rule
    inner join {{ ref('fct_touch') }} as touch
        on
            orders.person_id = touch.person_id
            and touch.touched_at between orders.ordered_at - rule.window_days * interval '1' day
            and orders.ordered_at
    where orders.is_paid
),

long_paths as (
    select pairs.order_key
    from pairs
    group by pairs.order_key
    having count(*) > (select step_cap from rule)
),

capped as (
    select pairs.*
    from pairs
    left join long_paths on pairs.order_key = long_paths.order_key
    where long_paths.order_key is null
    union all
    select * exclude (steps_before_order)
    from (
        select
            pairs.*,
            row_number() over (
                partition by pairs.order_key order by pairs.touched_at desc, pairs.touch_key desc
            ) as steps_before_order
        from pairs
        inner join long_paths on pairs.order_key = long_paths.order_key
    ) as ranked
    where steps_before_order <= (select step_cap from rule)
),

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
        {%- for model in ['decay', 'markov', 'shapley'] %},
        sum({{ model }}_weight) over (
            path rows between unbounded preceding and current row
        ) as {{ model }}_running,
        sum({{ model }}_weight) over (
            path rows between unbounded preceding and unbounded following
        ) as {{ model }}_whole
        {%- endfor %}
    from weights
    window path as (partition by order_key order by touched_at, touch_key)
),

paths as (
    select
        orders.order_key,
        orders.person_id,
        orders.ordered_on,
        orders.is_paid,
        orders.net_revenue_cny,
        orders.markov_version,
        steps.touch_key,
        coalesce(steps.channel_id, 'organic') as channel_id,
        coalesce(steps.step_no, 1) as step_no,
        coalesce(steps.step_count, 1) as step_count,
        steps.changed_load_seq,
        -- Both times the number of middle touches, so that the middle's share needs no rounding.
        cast(round(1e6 * rule.position_ends) as bigint) * greatest(steps.step_count - 2, 1)
            as end_weight,
        1000000 - 2 * cast(round(1e6 * rule.position_ends) as bigint) as middle_weight
        {%- for model in ['decay', 'markov', 'shapley'] %},
        {%- for part, plain in [
            ('running', 'step_no'), ('weight', '1'), ('whole', 'step_count')
        ] %}
        {%- set otherwise = '1' if plain == '1' else 'coalesce(steps.' ~ plain ~ ', 1)' %}
        case when coalesce(steps.{{ model }}_whole, 0) = 0 then {{ otherwise }}
            else steps.{{ model }}_{{ part }} end as {{ model }}_{{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- endfor %}
    from orders
    cross join rule
    left join steps on orders.order_key = steps.order_key
),

final as (
    select
        order_key,
        person_id,
        ordered_on,
        is_paid,
        touch_key,
        channel_id,
        cast(step_no as integer) as step_no,
        cast(step_count as integer) as step_count,
        net_revenue_cny,
        {% for model in attribution_models() -%}
        {{ credit(model) }} as {{ model }}_cny,
        {% endfor -%}
        markov_version,
        coalesce(changed_load_seq, 0) as changed_load_seq
    from paths
)

select * from final
