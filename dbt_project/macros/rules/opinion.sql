{# What a score says. NPS by its published rule: 9 and 10 promote, 0 to 6 detract. Of five stars,
   five promote and one to three detract. #}
{% macro opinion(kind, score) -%}
    case
        when {{ kind }} = 'nps' and {{ score }} >= 9 then 'promoter'
        when {{ kind }} = 'nps' and {{ score }} <= 6 then 'detractor'
        when {{ kind }} = 'review' and {{ score }} >= 5 then 'promoter'
        when {{ kind }} = 'review' and {{ score }} <= 3 then 'detractor'
        else 'passive'
    end
{%- endmacro %}
