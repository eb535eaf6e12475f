{# What the buyer pays of a Xiaohongshu order line: 用户应付金额, or of what the seller is due (用户支付金额 +
   定金 + 平台优惠, by the platform's own words) what the platform does not add. #}
{% macro xhs_paid(payable, receivable, platform_discount) -%}
    coalesce({{ payable }}, {{ receivable }} - coalesce({{ platform_discount }}, 0))
{%- endmacro %}

{# Whether a settled movement is money back: 交易类型 says so, and the sign only where it does not. #}
{% macro xhs_goes_back(trade_type, amount) -%}
    case
        when {{ trade_type }} like '%退款%' then true
        when {{ trade_type }} like '%入账%' then false
        else coalesce({{ amount }} < 0, false)
    end
{%- endmacro %}
