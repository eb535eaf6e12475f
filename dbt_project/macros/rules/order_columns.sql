{# The columns in which every platform's orders agree, the buyer left out. #}
{% macro order_columns() %}
    {{- return([
        'order_no', 'ordered_at', 'paid_at', 'completed_at', 'status', 'goods_cny', 'shipping_cny',
        'paid_cny', 'refund_cny', 'platform_subsidy_cny', 'transaction_no', 'payment_method',
        'product_kinds', 'exported_at', 'store_id', 'load_seq',
    ]) -}}
{% endmacro %}
