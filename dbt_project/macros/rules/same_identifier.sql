{# An identifier is the same only with its type and scope: an openid without its app is no key. #}
{% macro same_identifier(fact, bridge) -%}
    {{ fact }}.buyer_id_type = {{ bridge }}.id_type
        and {{ fact }}.buyer_scope = {{ bridge }}.scope
        and {{ fact }}.buyer_value_key = {{ bridge }}.value_key
{%- endmacro %}

{# The one identifier that decides whose row it is: the first of (column, type, scope) present. #}
{% macro first_identifier(choices) -%}
    case
        {%- for choice in choices %}
        when {{ choice[0] }} is not null then '{{ choice[1] }}'
        {%- endfor %}
    end as buyer_id_type,
    case
        {%- for choice in choices %}
        when {{ choice[0] }} is not null then {{ choice[2] }}
        {%- endfor %}
    end as buyer_scope,
    coalesce({% for choice in choices %}{{ choice[0] }}{{ ', ' if not loop.last }}{% endfor %})
        as buyer_value_key
{%- endmacro %}
