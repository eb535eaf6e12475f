-- The orders of every platform up to the business day, payment decided and money made safe.
-- Grain: one row per order.
with

{% set platforms = [
    'taobao', 'jd', 'pdd', 'douyin', 'xiaohongshu', 'wechat_shop', 'youzan', 'fed'
] -%}

orders as (
    {% for platform in platforms %}
    select
        platform || ':' || order_no as order_key,
        platform,
        store,
        case when buyer_value_key is not null then buyer_id_type end as buyer_id_type,
        case when buyer_value_key is not null then buyer_scope end as buyer_scope,
        buyer_value_key,
        -- What is paid after midnight is unpaid on the night before, whatever its state says by now.
        {{ is_paid('paid_at', 'status') }}
        and coalesce({{ shanghai_day('paid_at') }} <= {{ as_of() }}, true) as is_paid,
        {{ order_columns() | join(',\n        ') }}
    from {{ ref('int_order__' ~ platform) }}
    where {{ shanghai_day('ordered_at') }} <= {{ as_of() }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

refunds as (
    select
        order_key,
        sum(refund_cny) as refund_cny
    from {{ ref('int_refund__dated') }}
    group by order_key
),

final as (
    select
        {% for column in [
            'order_key', 'platform', 'store', 'store_id', 'order_no', 'buyer_id_type', 'buyer_scope',
            'buyer_value_key', 'is_paid', 'ordered_at', 'completed_at', 'status', 'transaction_no',
            'payment_method', 'product_kinds', 'exported_at', 'load_seq',
        ] -%}
        orders.{{ column }},
        {% endfor -%}
        case when orders.is_paid then coalesce(orders.paid_at, orders.ordered_at) end as paid_at,
        {{ money('coalesce(orders.goods_cny, 0)') }} as goods_cny,
        {{ money('coalesce(orders.shipping_cny, 0)') }} as shipping_cny,
        {{ money('case when orders.is_paid then orders.paid_cny else 0 end') }} as paid_cny,
        -- Order export and bill can each be the older one, so the larger refund is the newer.
        {{ money('case when orders.is_paid then greatest('
            ~ 'coalesce(orders.refund_cny, refunds.refund_cny, orders.paid_cny), '
            ~ 'coalesce(refunds.refund_cny, 0)) else 0 end') }} as refund_cny,
        {{ money('coalesce(orders.platform_subsidy_cny, 0)') }} as platform_subsidy_cny
    from orders
    left join refunds on orders.order_key = refunds.order_key
)

select * from final
