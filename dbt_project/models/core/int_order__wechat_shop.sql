-- WeChat shop orders in the common shape; totals are repeated on every product row.
-- Grain: one row per order.
with

lines as (
    select * from {{ ref('stg_wechat_shop__order_line') }}
),

payments as (
    select * from {{ ref('int_payment__wechat') }}
),

orders as (
    select
        order_no,
        min(ordered_at) as ordered_at,
        min(paid_at) as paid_at,
        max(completed_at) as completed_at,
        {{ status_of_step('min(' ~ status_step('status') ~ ')') }} as status,
        max(goods_cny) as goods_cny,
        max(shipping_cny) as shipping_cny,
        max(paid_cny) as paid_cny,
        {{ refund_told(
            'min(paid_at)', status_of_step('min(' ~ status_step('status') ~ ')'),
            'sum(coalesce(refund_cny, 0))'
        ) }} as refund_cny,
        0 as platform_subsidy_cny,
        max(transaction_no) as transaction_no,
        'wechat_pay' as payment_method,
        cast(null as bigint) as product_kinds,
        max(exported_at) as exported_at,
        max(store_id) as store_id,
        max(load_seq) as load_seq,
        max(external_userid) as external_userid,
        max(corp_id) as corp_id,
        max(receiver_phone) as receiver_phone
    from lines
    group by order_no
),

final as (
    select
        'wechat_shop' as platform,
        cast(null as varchar) as store,
        case
            when payments.openid is not null then 'openid'
            when orders.external_userid is not null then 'external_userid'
            when orders.receiver_phone is not null then 'phone'
        end as buyer_id_type,
        case
            when payments.openid is not null then payments.appid
            when orders.external_userid is not null then orders.corp_id
            when orders.receiver_phone is not null then ''
        end as buyer_scope,
        coalesce(payments.openid, orders.external_userid, orders.receiver_phone) as buyer_value_key,
    {% for column in order_columns() %}
    orders.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from orders
    left join payments on orders.transaction_no = payments.transaction_no
)

select * from final
