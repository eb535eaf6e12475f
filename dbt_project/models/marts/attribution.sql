-- Net revenue by what earned it, under seven models: channel, campaign, content and creator.
-- Grain: one row per Shanghai day of the order, model, channel, campaign, content and creator.
with

credit as (
    select * from {{ ref('attribution_credit') }}
    where is_paid
),

touches as (
    select
        touch_key,
        campaign,
        content_id,
        creator_id
    from {{ ref('fct_touch') }}
),

days as (
    select
        credit.ordered_on as day_on,
        credit.channel_id,
        coalesce(touches.campaign, '') as campaign,
        coalesce(touches.content_id, '') as content_id,
        coalesce(touches.creator_id, '') as creator_id,
        {% for model in attribution_models() -%}
        sum(credit.{{ model }}_cny) as {{ model }}_cny,
        {% endfor -%}
        count(distinct credit.order_key) as order_count
    from credit
    left join touches on credit.touch_key = touches.touch_key
    group by
        credit.ordered_on, credit.channel_id, coalesce(touches.campaign, ''),
        coalesce(touches.content_id, ''), coalesce(touches.creator_id, '')
),

final as (
    {% for model in attribution_models() -%}
    select
        day_on,
        '{{ model }}' as model,
        channel_id,
        campaign,
        content_id,
        creator_id,
        order_count,
        {{ money(model ~ '_cny') }} as credit_cny
    from days
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
