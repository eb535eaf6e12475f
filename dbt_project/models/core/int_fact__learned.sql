-- Facts that came to be known after the brand's history was loaded, with the day they were learned.
-- A fact not listed came with the history and counts as known on the day it speaks of.
-- Grain: one row per kind and fact learned later.
with

{% set orders = {
    'taobao': 'taobao_order', 'jd': 'jd_order', 'pdd': 'pdd_order', 'douyin': 'douyin_order',
    'xiaohongshu': 'xhs_order', 'wechat_shop': 'wechat_shop_order', 'youzan': 'youzan_order',
} -%}
{% set facts = [
    ('refund', 'taobao_refund', "'refund:taobao:' || refund_no", "status = '退款成功'"),
    ('refund', 'jd_settlement', "'refund:jd:' || " ~ jd_refund_key(),
        jd_is_buyers('fee_name') ~ " and direction = '支出'"),
    ('refund', 'wechat_pay_bill',
        "'refund:wechat_pay:' || transaction_no || ':' || coalesce(refund_no, '')",
        "trade_status in ('REFUND', 'REVOKED')"),
    ('refund', 'pdd_settlement',
        "'refund:pdd:' || order_no || ':' || " ~ minute_of('happened_at'),
        "description like '%退款%'"),
    ('refund', 'douyin_settlement',
        "'refund:douyin:' || flow_no || ':' || coalesce(line_no, order_no)",
        'try_cast(refund_cny as decimal(18, 2)) <> 0 or ' ~ douyin_goes_back('scene')),
    ('refund', 'xhs_settlement',
        "'refund:xiaohongshu:' || order_no || ':' || " ~ minute_of('settled_at'),
        xhs_goes_back('trade_type', 'try_cast(amount_cny as decimal(18, 2))')),
    ('refund', 'alipay_settlement',
        "'refund:taobao:' || order_no || ':' || " ~ minute_of('happened_at'),
        is_raw_refund("coalesce(business_type, '') || coalesce(description, '')")),
    ('refund', 'taobao_wechat_settlement',
        "'refund:taobao:' || order_no || ':' || " ~ minute_of('happened_at'),
        is_raw_refund("coalesce(entry_type, '') || coalesce(description, '')")),
    ('event', 'mini_program_event', 'event_id', 'event_at is not null'),
    ('open', 'wechat_oa_message', "message_id || ':' || openid", 'opened_at is not null'),
] -%}

landed as (
    {% for platform, source_name in orders.items() -%}
    select
        'order' as kind,
        '{{ platform }}:' || order_no as fact_key,
        _load_seq as load_seq
    from {{ source('raw', source_name) }}
    where {{ is_paid('null' if platform == 'pdd' else 'paid_at', order_status('status')) }}
    union all
    {% endfor -%}
    select
        'order' as kind,
        platform || ':' || order_no as fact_key,
        paid_load_seq as load_seq
    from {{ source('raw', 'fed_order') }}
    where paid_load_seq is not null
    union all
    {% for kind, source_name, fact_key, shows_it in facts -%}
    select
        '{{ kind }}' as kind,
        {{ fact_key }} as fact_key,
        _load_seq as load_seq
    from {{ source('raw', source_name) }}
    where {{ shows_it }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

first_load as (
    select
        kind,
        fact_key,
        min(load_seq) as load_seq
    from landed
    group by kind, fact_key
    having min(load_seq) > {{ var('history_loads', 1) }}
),

load_day as (
    select
        load_seq,
        max(as_of_on) as as_of_on
    from {{ source('ledger', 'load_ledger') }}
    group by load_seq
),

final as (
    select
        first_load.kind,
        first_load.fact_key,
        load_day.as_of_on as learned_on
    from first_load
    inner join load_day on first_load.load_seq = load_day.load_seq
)

select * from final
