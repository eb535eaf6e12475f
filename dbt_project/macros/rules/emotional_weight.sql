{# Points that one happening puts into (or takes out of) the emotional account. #}
{% macro emotional_weight(kind) -%}
    case {{ kind }}
        when 'order' then 2
        when 'open' then 1
        when 'speech' then 1
        when 'resolved' then 1
        when 'promoter' then 4
        when 'referral' then 5
        when 'late_answer' then -1
        when 'refund' then -2
        when 'left_group' then -2
        when 'unresolved' then -4
        when 'detractor' then -5
        else 0
    end
{%- endmacro %}

{# Whether a platform is the brand's own ground, where it may address the buyer itself. #}
{% macro is_first_party(platform) -%}
    ({{ platform }} in ('wechat_shop', 'youzan'))
{%- endmacro %}
