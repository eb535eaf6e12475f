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

{{ order_marks() }},

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

{{ attribution_short_paths() }},

{{ attribution_weights() }},

{{ attribution_steps() }},

{% set order_columns -%}
fct_order.order_key,
        fct_order.person_id,
        fct_order.ordered_on,
        fct_order.is_paid,
        fct_order.net_revenue_cny
        {%- if value != 'net_revenue_cny' %},
        fct_order.{{ value }}
        {%- endif %}
{%- endset -%}
places as (
    select
        {{ order_columns }},
        cast(fct_order.{{ value }} * 100 as double) as cents,
        order_marks.mark as orders_mark,
        order_marks.version as markov_version,
        credited.touch_key,
        channels.channel_id,
        credited.changed_load_seq,
        credited.step_no,
        credited.step_count,
        cast(round(1e6 * rule.position_ends) as bigint) * greatest(credited.step_count - 2, 1)
            as end_weight,
        1000000 - 2 * cast(round(1e6 * rule.position_ends) as bigint) as middle_weight
        {%- for model in weighted_models() %}
        {%- for part in ['running', 'weight', 'whole'] %},
        credited.{{ model }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from credited
    cross join rule
    inner join {{ orders }} as fct_order on credited.order_no = {{ order_no }}
    inner join order_marks on fct_order.ordered_on = order_marks.ordered_on
    left join channels on credited.channel_no = channels.channel_no
),

weighed as (
    select
        *
        {%- for part in ['running', 'weight', 'whole'] %},
        {{ position(part) }} as position_{{ part }}
        {%- endfor %}
    from places
),

-- Nobody takes all on a path without a touch.
organic as (
    select
        {{ order_columns }},
        order_marks.mark as orders_mark,
        order_marks.version as markov_version
    from {{ orders }} as fct_order
    inner join order_marks on fct_order.ordered_on = order_marks.ordered_on
    left join paths on {{ order_no }} = paths.order_no
    where paths.order_no is null
),

final as (
    select
        order_key,
        person_id,
        ordered_on,
        is_paid,
        touch_key,
        touch_key like 'visit:%' as is_visit,
        channel_id,
        cast(step_no as integer) as step_no,
        cast(step_count as integer) as step_count,
        net_revenue_cny,
        {% for model in attribution_models() -%}
        {{ credit(model) }} as {{ model }}_cny,
        {% endfor -%}
        markov_version,
        orders_mark,
        changed_load_seq
    from weighed
    union all
    select
        order_key,
        person_id,
        ordered_on,
        is_paid,
        cast(null as varchar) as touch_key,
        cast(null as boolean) as is_visit,
        'organic' as channel_id,
        1 as step_no,
        1 as step_count,
        net_revenue_cny,
        {% for model in attribution_models() -%}
        {{ value }} as {{ model }}_cny,
        {% endfor -%}
        markov_version,
        orders_mark,
        0 as changed_load_seq
    from organic
)

select * from final
