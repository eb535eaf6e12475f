{# Every platform's wording of an order's state, commas and spaces taken out and brackets narrow, in
   one vocabulary.
   A wording not listed gives null, and a test stops the build: it may decide over money. #}
{% macro order_status(column) %}
    {%- set words = {
        'unpaid': ['等待买家付款', '等待付款', '等待付款确认', '未付款', '待支付', '待付款'],
        'paid': [
            '买家已付款等待卖家发货', '卖家部分发货', '等待出库', '(锁定)等待出库', '锁定', '待发货',
            '部分发货', '备货中', '待配货', '配货中', '已支付',
        ],
        'shipped': [
            '卖家已发货等待买家确认', '等待确认收货', '(锁定)等待确认收货', '已发货待收货',
            '已发货待签收', '已发货', '待收货',
        ],
        'completed': ['交易成功', '完成', '已收货', '已签收', '已完成', '交易完成'],
        'closed': [
            '退款成功', '交易关闭', '交易失败', '已关闭', '未发货退款成功', '已发货退款成功',
            '已收货退款成功', '已签收退款成功', '未成交退款成功',
        ],
        'cancelled': [
            '已取消', '已取消退款成功', '(删除)等待出库', '(删除)等待确认收货', '(删除)等待付款',
            '(删除)未付款', '(删除)新订单', '(删除)锁定', '(删除)暂停',
        ],
    } -%}
    {%- set said = namespace(text=column) -%}
    {%- for mark, narrow in [('，', ''), (',', ''), (' ', ''), ('（', '('), ('）', ')')] -%}
        {%- set said.text = "replace(" ~ said.text ~ ", '" ~ mark ~ "', '" ~ narrow ~ "')" -%}
    {%- endfor -%}
    case {{ said.text }}
    {%- for code, texts in words.items() %}
        {%- for text in texts %}
        when '{{ text }}' then '{{ code }}'
        {%- endfor %}
    {%- endfor %}
    end
{%- endmacro %}

{# How far an order has come; the order of several lines is as far as its slowest open line. #}
{% macro status_step(column) -%}
    case {{ column }}
        when 'unpaid' then 1
        when 'paid' then 2
        when 'shipped' then 3
        when 'completed' then 4
        when 'cancelled' then 8
        when 'closed' then 9
    end
{%- endmacro %}

{% macro status_of_step(step) -%}
    case {{ step }}
        when 1 then 'unpaid'
        when 2 then 'paid'
        when 3 then 'shipped'
        when 4 then 'completed'
        when 8 then 'cancelled'
        when 9 then 'closed'
    end
{%- endmacro %}

{# Paid: the platform gives a time of payment, or a state that only a paid order reaches. #}
{% macro is_paid(paid_at, status) -%}
    ({{ paid_at }} is not null or coalesce({{ status }} in ('paid', 'shipped', 'completed'), false))
{%- endmacro %}

{# After-sale wordings under which the money went back; of a part only a bill says how much. #}
{% macro is_refunded(after_sale_status) -%}
    (
        coalesce({{ after_sale_status }} like '%退款成功%', false)
        and not coalesce({{ after_sale_status }} like '%部分退款%', false)
        or coalesce({{ after_sale_status }} like '%售后完成%', false)
    )
{%- endmacro %}

{# Platforms close or cancel what was paid when its money goes back, and not before. #}
{% macro is_closed_after_payment(paid_at, status) -%}
    ({{ paid_at }} is not null and coalesce({{ status }} in ('closed', 'cancelled'), false))
{%- endmacro %}

{# What an order's export says went back. Null of a closed order whose export names no amount: all
   of it, unless a bill or a refund export says how much. #}
{% macro refund_told(paid_at, status, refund_cny) -%}
    case
        when {{ is_closed_after_payment(paid_at, status) }} then nullif({{ refund_cny }}, 0)
        else coalesce({{ refund_cny }}, 0)
    end
{%- endmacro %}

{# What a brand keeps of an order, platform subsidy apart. #}
{% macro net_revenue(is_paid, paid_cny, refund_cny) -%}
    {{ money('case when ' ~ is_paid ~ ' then ' ~ paid_cny ~ ' - ' ~ refund_cny ~ ' else 0 end') }}
{%- endmacro %}
