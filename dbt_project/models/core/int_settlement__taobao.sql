-- Taobao's two bills, Alipay and WeChat Pay, in the common shape of bills.
-- Grain: one row per movement.
with

alipay as (
    select
        order_no,
        'alipay:' || statement_no as movement_key,
        coalesce(business_type, '') || coalesce(description, '') as item,
        {{ moved('income_cny', 'expense_cny') }} as amount_cny,
        happened_at
    from {{ source('typed', 'alipay_settlement') }}
),

generations as (
    -- Only the older export names shop, sub-order, channel and when its row was made.
    select
        *,
        coalesce(line_no, shop, channel, cast(created_at as varchar)) is not null as is_older
    from {{ source('typed', 'taobao_wechat_settlement') }}
),

told as (
    select
        *,
        -- What both tell of one flow, order and minute is one money: the older takes it apart.
        is_older or not bool_or(is_older) over (
            partition by statement_no, order_no, date_trunc('minute', happened_at)
        ) as counts
    from generations
),

wechat as (
    select
        order_no,
        'wechat:' || coalesce(statement_no, '') || ':' || coalesce(line_no, '') || ':'
        || coalesce(entry_type, '') || ':' || coalesce(description, '') as movement_key,
        coalesce(entry_type, '') || coalesce(description, '') as item,
        {{ moved('income_cny', 'expense_cny') }} as amount_cny,
        happened_at
    from told
    where counts
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
