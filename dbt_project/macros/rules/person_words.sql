{# One vocabulary for what people and consents are called in exports. Null stays null for consents,
   where a test stops the build: a consent that cannot be read must not be guessed. #}
{% macro gender(column) -%}
    case
        when lower({{ column }}) in ('男', '1', 'male', 'm') then 'male'
        when lower({{ column }}) in ('女', '2', 'female', 'f') then 'female'
    end
{%- endmacro %}

{% macro consent_purpose(column) -%}
    case
        when lower({{ column }}) in ('营销', '营销推广', '营销触达', 'marketing') then 'marketing'
        when lower({{ column }}) in ('服务', '客户服务', '服务通知', 'service') then 'service'
    end
{%- endmacro %}

{% macro consent_channel(column) -%}
    case
        when lower({{ column }}) in ('短信', 'sms') then 'sms'
        when lower({{ column }}) in ('企微', '企业微信', 'wecom') then 'wecom'
        when lower({{ column }}) in ('公众号', '微信公众号', 'oa') then 'oa'
    end
{%- endmacro %}

{% macro consent_status(column) -%}
    case
        when lower({{ column }}) in ('授权', '已授权', '同意', '已同意', 'granted') then 'granted'
        when lower({{ column }}) in ('撤回', '已撤回', '取消', '拒绝', '取消授权', '撤销', 'revoked')
            then 'revoked'
    end
{%- endmacro %}
