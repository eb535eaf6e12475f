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

channels as (
    select
        channel_id,
        cast(row_number() over (order by channel_id) as integer) as channel_no
    from {{ ref('dim_channel') }}
),

effects as (
    select
        cast(effect.month_on as date) as month_on,
        channels.channel_no,
        effect.effect_permille,
        effect.version
    from {{ ref('int_attribution__effect') }} as effect
    inner join channels on effect.channel_id = channels.channel_id
),

versions as (
    select
        month_on,
        min(version) as version
    from effects
    group by month_on
),

{% if is_incremental() -%}
{{ touched_orders() }},

orders as (
    select
        fct_order.*,
        {{ order_no('fct_order') }} as touched_no
    from {{ valued_orders() }} as fct_order
    inner join touched
        on fct_order.order_key = touched.order_key and fct_order.ordered_on = touched.ordered_on
    where fct_order.ordered_on >= (select min(ordered_on) from touched)
),

{% endif -%}
{% set orders = 'orders' if is_incremental() else valued_orders() -%}
{% set order_no = 'fct_order.touched_no' if is_incremental() else order_no('fct_order') -%}
buyers as (
    select
        {{ order_no }} as order_no,
        fct_order.order_key,
        fct_order.person_id,
        fct_order.ordered_at,
        fct_order.ordered_on
    from {{ orders }} as fct_order
    where fct_order.is_paid
),

{{ attribution_paths() }},

{{ attribution_weights() }},

-- The only touch on a path takes all under every model.
credited as (
    select
        steps.order_no,
        steps.touch_key,
        steps.channel_no,
        steps.changed_load_seq,
        steps.step_no,
        steps.step_count
        {%- for model in weighted_models() %}
        {%- for part in ['running', 'weight', 'whole'] %},
        {{ weight_or_equal(model, part) }} as {{ model }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from steps
    inner join wholes on steps.order_no = wholes.order_no
    union all
    select
        order_no,
        touch_key,
        channel_no,
        changed_load_seq,
        1 as step_no,
        1 as step_count
        {%- for model in weighted_models() %}
        {%- for part in ['running', 'weight', 'whole'] %},
        1 as {{ model }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from alone
),

places as (
    select
        fct_order.order_key,
        fct_order.person_id,
        fct_order.ordered_on,
        fct_order.is_paid,
        fct_order.net_revenue_cny,
        {% if value != 'net_revenue_cny' %}fct_order.{{ value }},{% endif %}
        credited.touch_key,
        channels.channel_id,
        credited.changed_load_seq,
        -- Both times the number of middle touches, so that the middle's share needs no rounding.
        cast(round(1e6 * rule.position_ends) as bigint) * greatest(credited.step_count - 2, 1)
            as end_weight,
        1000000 - 2 * cast(round(1e6 * rule.position_ends) as bigint) as middle_weight,
        credited.step_no,
        credited.step_count
        {%- for model in weighted_models() %}
        {%- for part in ['running', 'weight', 'whole'] %},
        credited.{{ model }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from credited
    cross join rule
    inner join {{ orders }} as fct_order on credited.order_no = {{ order_no }}
    left join channels on credited.channel_no = channels.channel_no
),

-- So does nobody on a path without one.
organic as (
    select
        fct_order.order_key,
        fct_order.person_id,
        fct_order.ordered_on,
        fct_order.is_paid,
        fct_order.net_revenue_cny
        {%- if value != 'net_revenue_cny' %}, fct_order.{{ value }}{% endif %}
    from {{ orders }} as fct_order
    left join paths on {{ order_no }} = paths.order_no
    where paths.order_no is null
),

shares as (
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
        changed_load_seq
    from places
    union all
    select
        order_key,
        person_id,
        ordered_on,
        is_paid,
        cast(null as varchar) as touch_key,
        'organic' as channel_id,
        1 as step_no,
        1 as step_count,
        net_revenue_cny,
        {% for model in attribution_models() -%}
        {{ value }} as {{ model }}_cny,
        {% endfor -%}
        0 as changed_load_seq
    from organic
),

final as (
    select
        shares.order_key,
        shares.person_id,
        shares.ordered_on,
        shares.is_paid,
        shares.touch_key,
        shares.channel_id,
        shares.step_no,
        shares.step_count,
        shares.net_revenue_cny,
        {% for model in attribution_models() -%}
        shares.{{ model }}_cny,
        {% endfor -%}
        coalesce(versions.version, 'none') as markov_version,
        shares.changed_load_seq
    from shares
    left join versions on {{ month_of('shares.ordered_on') }} = versions.month_on
)

select * from final
