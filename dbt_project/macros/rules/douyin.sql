{# Whether a movement is, by its 动账场景, money that a buyer gets back, or got and did not take: those
   scenes begin with 退款, and so do what the platform takes back of its subsidy and of its fees, and
   compensation. #}
{% macro douyin_goes_back(scene) -%}
    (
        coalesce({{ scene }} like '退款%', false)
        and {{ scene }} not like '%补贴%'
        and {{ scene }} not like '%分账%'
        and {{ scene }} not like '%赔付%'
    )
{%- endmacro %}

{# Whether it is subsidy that the platform takes back because the order was refunded. #}
{% macro douyin_takes_subsidy_back(scene) -%}
    coalesce({{ scene }} like '退款%退补贴%', false)
{%- endmacro %}
