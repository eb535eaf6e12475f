-- Law: every wording of an order's state that ever landed has a meaning. A newer state in unknown
-- words would rank below the one it should replace, and the order would count as before.
-- depends_on: {{ ref('fct_order') }}
{{ config(meta = {'dagster': {'ref': {'name': 'fct_order'}}}) }}
{% set sources = [
    'taobao_order', 'taobao_order_line', 'jd_order', 'pdd_order', 'douyin_order', 'xhs_order',
    'wechat_shop_order', 'youzan_order',
] -%}
{% for name in sources %}
select
    '{{ name }}' as source,
    status as wording,
    count(*) as landed
from {{ source('raw', name) }}
where status is not null and {{ order_status('status') }} is null
group by status
union all
{% endfor %}
-- Contracts that feed core by themselves may say what their own words mean.
select
    source,
    wording,
    landed
from {{ source('raw', 'fed_wording') }}
where status is null and {{ order_status('wording') }} is null
