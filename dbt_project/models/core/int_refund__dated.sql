-- Refunds whose time a bill or a refund export gives, up to the business day.
-- Grain: one row per refund.
with

-- Orders whose refunds a refund export tells one by one: their bill tells of the same money.
told as (
    select distinct 'taobao:' || order_no as order_key
    from {{ ref('stg_taobao__refund') }}
    where status = '退款成功'
),

refunds as (
    select
        'taobao:' || order_no as order_key,
        'taobao:' || refund_no as refund_key,
        coalesce(refunded_at, requested_at) as refunded_at,
        refund_cny,
        alipay_transaction_no as transaction_no
    from {{ ref('stg_taobao__refund') }}
    where status = '退款成功'
    union all
    select
        'jd:' || order_no as order_key,
        'jd:' || {{ jd_refund_key() }} as refund_key,
        -- Whoever exports may leave any of these columns out, but for the last.
        min(coalesce(refunded_at, settled_at, completed_at, billed_at, ordered_at))
            as refunded_at,
        -- One product of one case comes back once, however often a bill lists it.
        max(abs(amount_cny)) as refund_cny,
        max(service_no) as transaction_no
    from {{ ref('stg_jd__settlement') }}
    where {{ jd_is_buyers('fee_name') }} and direction = '支出'
    group by order_no, product_id, {{ jd_case() }}, fee_name
    union all
    select
        order_key,
        refund_key,
        refunded_at,
        refund_cny,
        transaction_no
    from {{ ref('int_refund__wechat') }}
    union all
    select
        billed.order_key,
        billed.refund_key,
        billed.refunded_at,
        billed.refund_cny,
        cast(null as varchar) as transaction_no
    from {{ ref('int_refund__billed') }} as billed
    left join told on billed.order_key = told.order_key
    where told.order_key is null
),

final as (
    select
        order_key,
        refund_key,
        refunded_at,
        {{ money('refund_cny') }} as refund_cny,
        transaction_no
    from refunds
    where refunded_at is not null and {{ shanghai_day('refunded_at') }} <= {{ as_of() }}
)

select * from final
