-- Every movement on every bill that platforms and payment services write, up to the business day.
-- Grain: one row per movement and kind.
with

{% set bills = ['jd', 'wechat_pay', 'taobao', 'pdd', 'douyin', 'xiaohongshu'] -%}

movements as (
    {% for bill in bills %}
    select
        bill,
        coalesce(order_key, bill || ':' || order_no) as order_key,
        order_no,
        movement_key,
        kind,
        item,
        {{ money('amount_cny') }} as amount_cny,
        happened_at,
        is_settled,
        is_excess
    from {{ ref('int_settlement__' ~ bill) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        bill,
        order_key,
        order_no,
        movement_key,
        kind,
        item,
        amount_cny,
        happened_at,
        {{ shanghai_day('happened_at') }} as happened_on,
        -- A payout that the bill promises for a later day has not come yet.
        is_settled and {{ shanghai_day('happened_at') }} <= {{ as_of() }} as is_settled,
        is_excess
    from movements
)

select * from final
