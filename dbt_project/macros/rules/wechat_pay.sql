{# Whether a refund of WeChat Pay's bill took money from the seller. The bill is written when it begins, with
   the state of that moment, and never again: PROCESSING is money gone. #}
{% macro wechat_refund_stands(refund_status) -%}
    coalesce({{ refund_status }}, '') not in ('FAIL', 'CHANGE', 'ABNORMAL', 'CLOSED', 'REFUNDCLOSE')
{%- endmacro %}
