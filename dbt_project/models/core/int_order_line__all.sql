-- The order lines of every platform that lists products (Youzan joins them in one cell).
-- Grain: one row per order line.
with

{% set platforms = ['taobao', 'jd', 'pdd', 'douyin', 'xiaohongshu', 'wechat_shop'] -%}

lines as (
    {% for platform in platforms %}
    select
        platform || ':' || line_no as line_key,
        platform || ':' || order_no as order_key,
        platform,
        product_id,
        product_name,
        cast(quantity as bigint) as quantity,
        {{ money('price_cny') }} as price_cny,
        {{ money('paid_cny') }} as paid_cny,
        {{ money('refund_cny') }} as refund_cny
    from {{ ref('int_order_line__' ~ platform) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from lines
