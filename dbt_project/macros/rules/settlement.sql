{# What a bill's own words say a movement is; what none of them says is a fee when money goes out. Words
   of a fee come first: it may be one of a subsidised order, and it comes back when goods do. #}
{% macro movement_kind(item, amount) -%}
    case
        -- Paid out before the buyer confirmed, and taken back once that payout came.
        when {{ item }} like '%还款%提前收款%' then 'receipt'
        {%- for word in ['服务费', '佣金', '手续费', '退费', '费用', '支出'] %}
        when {{ item }} like '%{{ word }}%' then 'fee'
        {%- endfor %}
        when {{ item }} like '%补贴%' or {{ item }} like '%优惠券结算%' then 'subsidy'
        when {{ item }} like '%退款%' and {{ amount }} < 0 then 'refund'
        when {{ amount }} > 0 then 'receipt'
        else 'fee'
    end
{%- endmacro %}

{# The bill that an order's money is expected on; null when no export of one is known. #}
{% macro bill_of(platform, transaction_no) -%}
    case
        when {{ platform }} in ('wechat_shop', 'youzan')
            then case when {{ transaction_no }} is not null then 'wechat_pay' end
        else {{ platform }}
    end
{%- endmacro %}

{# Whether a bill books an order's money only once the order is completed. #}
{% macro pays_after_completion(bill) -%}
    {%- set late = [] -%}
    {%- for name, days in var('settlement_days').items() if days.after == 'completed' -%}
        {%- do late.append("'" ~ name ~ "'") -%}
    {%- endfor -%}
    {{ bill }} in ({{ late | join(', ') }})
{%- endmacro %}

{# The last day on which an order's money may still be on its way. #}
{% macro due_on(bill, paid_on, completed_on) -%}
    case {{ bill }}
    {%- for name, days in var('settlement_days').items() %}
        when '{{ name }}'
            then {{ add_days('coalesce(' ~ (completed_on if days.after == 'completed' else 'cast(null as date)')
                ~ ', ' ~ add_days(paid_on, days.wait) ~ ')', days.grace) }}
    {%- endfor %}
    end
{%- endmacro %}

{# CTE `billed`: what a platform's bills say went back. Grain: one row per value of `by`. #}
{% macro billed_refunds(platform, by) -%}
billed as (
    select
        {{ by }},
        sum(refund_cny) as refund_cny
    from {{ ref('int_refund__billed') }}
    where platform = '{{ platform }}'
    group by {{ by }}
)
{%- endmacro %}

{# A movement's amount, from what came in and what went out; exports write the latter with or without
   its sign. #}
{% macro moved(income, expense) -%}
    (coalesce({{ income }}, 0) - abs(coalesce({{ expense }}, 0)))
{%- endmacro %}

{# Whether a raw row of a bill, all text, gives an order's money back. #}
{% macro is_raw_refund(item) -%}
    {%- set amount = moved(
        'try_cast(income_cny as decimal(18, 2))', 'try_cast(expense_cny as decimal(18, 2))'
    ) -%}
    order_no is not null and {{ movement_kind(item, amount) }} = 'refund'
{%- endmacro %}
