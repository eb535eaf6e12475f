-- Taobao's two bills, Alipay and WeChat Pay, in the common shape of bills.
-- Grain: one row per movement.
with

alipay as (
    select
        order_no,
        'alipay:' || statement_no as movement_key,
        coalesce(business_type, '') || coalesce(description, '') as item,
        coalesce(income_cny, 0) - abs(coalesce(expense_cny, 0)) as amount_cny,
        happened_at
    from {{ source('typed', 'alipay_settlement') }}
),

wechat as (
    select
        order_no,
        'wechat:' || coalesce(statement_no, '') || ':' || coalesce(line_no, '') || ':'
        || coalesce(entry_type, '') || ':' || coalesce(description, '') as movement_key,
        coalesce(entry_type, '') || coalesce(description, '') as item,
        coalesce(income_cny, 0) - abs(coalesce(expense_cny, 0)) as amount_cny,
        happened_at
    from {{ source('typed', 'taobao_wechat_settlement') }}
),

final as (
    {% for bill in ['alipay', 'wechat'] -%}
    select
        'taobao' as bill,
        'taobao:' || order_no as order_key,
        order_no,
        movement_key,
        {{ movement_kind('item', 'amount_cny') }} as kind,
        item,
        amount_cny,
        happened_at,
        true as is_settled,
        false as is_excess
    from {{ bill }}
    where order_no is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
