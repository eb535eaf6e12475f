-- Refunds as the bills of PDD, Douyin, Xiaohongshu and Taobao book them, up to the business day: the
-- order exports say only that money went back, not how much, or (Taobao) not even that.
-- Grain: one row per order, its line where the bill names it, and minute.
with

refunds as (
    {% for platform in ['pdd', 'xiaohongshu', 'taobao'] -%}
    select
        '{{ platform }}' as platform,
        order_no,
        cast(null as varchar) as line_no,
        '{{ platform }}:' || order_no || ':' || {{ minute_of('happened_at') }} as refund_key,
        happened_at as refunded_at,
        -amount_cny as refund_cny
    from {{ ref('int_settlement__' ~ platform) }}
    where kind = 'refund'
    union all
    {% endfor -%}
    select
        'douyin' as platform,
        order_no,
        line_no,
        'douyin:' || flow_no || ':' || coalesce(line_no, order_no) as refund_key,
        happened_at as refunded_at,
        -amount_cny as refund_cny
    from {{ ref('int_settlement__douyin') }}
    where kind = 'refund'
),

final as (
    select
        platform,
        platform || ':' || order_no as order_key,
        order_no,
        line_no,
        refund_key,
        min(refunded_at) as refunded_at,
        {{ money('sum(refund_cny)') }} as refund_cny
    from refunds
    where {{ shanghai_day('refunded_at') }} <= {{ as_of() }}
    group by platform, order_no, line_no, refund_key
)

select * from final
