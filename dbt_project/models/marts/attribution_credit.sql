-- What each touch earned of each order under seven models; orders without a touch are organic.
-- Touches count for window_days; of a longer path the newest step_cap touches share.
-- Grain: one row per order and touch on its path (one organic row where there is none).
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'order_key',
) }}
{% set value = value_column() -%}
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
        {% if value != 'net_revenue_cny' %}fct_order.{{ value }},{% endif %}
        coalesce(versions.version, 'none') as markov_version
    from {{ valued_orders() }} as fct_order
    left join versions on versions.month_on = {{ month_of('fct_order.ordered_on') }}
    {% if is_incremental() -%}
    inner join touched on fct_order.order_key = touched.order_key
    {%- endif %}
),

{{ attribution_paths() }},

{{ attribution_weights() }},

places as (
    select
        orders.order_key,
        orders.person_id,
        orders.ordered_on,
        orders.is_paid,
        orders.net_revenue_cny,
        {% if value != 'net_revenue_cny' %}orders.{{ value }},{% endif %}
        orders.markov_version,
        steps.touch_key,
        steps.channel_id,
        steps.step_no,
        wholes.step_count,
        steps.changed_load_seq,
        -- Both times the number of middle touches, so that the middle's share needs no rounding.
        cast(round(1e6 * rule.position_ends) as bigint) * greatest(wholes.step_count - 2, 1)
            as end_weight,
        1000000 - 2 * cast(round(1e6 * rule.position_ends) as bigint) as middle_weight
        {%- for model in weighted_models() %}
        {%- for part in ['running', 'weight', 'whole'] %},
        {{ weight_or_equal(model, part) }} as {{ model }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from steps
    cross join rule
    inner join wholes on steps.order_key = wholes.order_key
    inner join orders on steps.order_key = orders.order_key
),

-- The only touch, or nobody's, takes all under every model.
final as (
    select
        orders.order_key,
        orders.person_id,
        orders.ordered_on,
        orders.is_paid,
        paths.touch_key,
        coalesce(paths.channel_id, 'organic') as channel_id,
        1 as step_no,
        1 as step_count,
        orders.net_revenue_cny,
        {% for model in attribution_models() -%}
        orders.{{ value }} as {{ model }}_cny,
        {% endfor -%}
        orders.markov_version,
        coalesce(paths.changed_load_seq, 0) as changed_load_seq
    from orders
    left join paths on orders.order_key = paths.order_key
    where coalesce(paths.touch_count, 1) = 1
    union all
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
        changed_load_seq
    from places
)

select * from final
