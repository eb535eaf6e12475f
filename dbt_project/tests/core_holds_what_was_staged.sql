-- Law: every order, line, event and growth row that was staged by the business day stands in its fact,
-- in number and, where a fact only carries money over, to the cent.
{{ config(meta = {'dagster': {'ref': {'name': 'fct_order'}}}) }}
{% set order_sources = {
    'taobao': ['stg_taobao__order', 'ordered_at'],
    'jd': ['stg_jd__order_line', 'ordered_at'],
    'douyin': ['stg_douyin__order_line', 'ordered_at'],
    'xiaohongshu': ['stg_xiaohongshu__order_line', 'ordered_at'],
    'wechat_shop': ['stg_wechat_shop__order_line', 'ordered_at'],
    'youzan': ['stg_youzan__order', 'ordered_at'],
} -%}
{% set others = [
    ['events', 'stg_mini_program__event', 'event_at', 'count(*)', 'fct_event', 'count(*)'],
    ['messages', 'stg_wechat_oa__message', 'sent_at', 'count(*)', 'fct_message', 'count(*)'],
    ['coupons', 'stg_crm__coupon', 'issued_at', 'count(*)', 'fct_coupon', 'count(*)'],
    ['commissions', 'stg_crm__creator_commission', 'settled_at', 'sum(commission_cny)',
        'fct_commission', 'sum(commission_cny)'],
    ['fees of creators', 'stg_crm__creator_work', 'published_at', 'sum(fee_cny)',
        'fct_creator_work', 'sum(fee_cny)'],
    ['points', 'stg_crm__member_movement', 'moved_at', 'sum(points)', 'fct_member_movement',
        'sum(points)'],
    ['conversations', 'stg_wecom__service_conversation', 'started_at', 'count(*)', 'fct_service',
        'count(*)'],
] -%}
with

{# A platform's orders may also come by a contract that feeds core, so a fact may hold more of them. -#}
orders as (
    {% for platform, source in order_sources.items() %}
    select
        'orders of {{ platform }}' as what,
        count(distinct staged.order_no) as staged,
        count(distinct facts.order_no) as held
    from {{ ref(source[0]) }} as staged
    left join {{ ref('fct_order') }} as facts
        on staged.order_no = facts.order_no and facts.platform = '{{ platform }}'
    where {{ shanghai_day('staged.' ~ source[1]) }} <= {{ as_of() }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

others as (
    {% for what, staging, time, staged, fact, held in others %}
    select
        '{{ what }}' as what,
        coalesce((
            select {{ staged }} from {{ ref(staging) }}
            where {{ shanghai_day(time) }} <= {{ as_of() }}
        ), 0) as staged,
        coalesce((select {{ held }} from {{ ref(fact) }}), 0) as held
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from orders
where staged <> held
union all
select * from others
where staged <> held
