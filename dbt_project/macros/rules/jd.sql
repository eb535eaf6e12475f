{# 费用名称 of JD's settlement under which the buyer's money moves: for goods, presold ones in two parts. #}
{% macro jd_is_goods(fee_name) -%}
    {{ fee_name }} in ('货款', '定金货款', '尾款货款')
{%- endmacro %}

{# For goods or for their shipping, which JD collects for the seller. #}
{% macro jd_is_buyers(fee_name) -%}
    ({{ jd_is_goods(fee_name) }} or {{ fee_name }} in ('运费', '代收配送费'))
{%- endmacro %}

{# What the buyer pays: 应付金额 is what 余额支付 leaves. #}
{% macro jd_paid() -%}
    (payable_cny + coalesce(balance_cny, 0))
{%- endmacro %}

{# The case of a refund: its number, or where none is given the time of the refund. #}
{% macro jd_case() -%}
    coalesce(service_no, {{ minute_of('refunded_at') }}, '')
{%- endmacro %}

{# One product of one case comes back once, each part of its price for itself. #}
{% macro jd_refund_key() -%}
    order_no || ':' || product_id || ':' || {{ jd_case() }}
    || case fee_name when '货款' then '' else ':' || fee_name end
{%- endmacro %}
