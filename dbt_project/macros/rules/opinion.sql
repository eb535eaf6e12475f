{# What an answer says. NPS by its published rule: 9 and 10 promote, 0 to 6 detract. Of five stars,
   five promote and one to three detract; words that are clearly unkind (kindness at most 0.2) always
   detract, clearly kind ones (at least 0.8) raise by one step. Without words the stars speak. #}
{% macro opinion(kind, score, kindness) -%}
    case
        when {{ kind }} = 'nps' and {{ score }} >= 9 then 'promoter'
        when {{ kind }} = 'nps' and {{ score }} <= 6 then 'detractor'
        when {{ kind }} = 'review' and {{ kindness }} <= 0.2 then 'detractor'
        when {{ kind }} = 'review' and {{ score }} >= 5 then 'promoter'
        when {{ kind }} = 'review' and {{ score }} >= 4 and {{ kindness }} >= 0.8 then 'promoter'
        when {{ kind }} = 'review' and {{ score }} <= 3 and {{ kindness }} >= 0.8 then 'passive'
        when {{ kind }} = 'review' and {{ score }} <= 3 then 'detractor'
        else 'passive'
    end
{%- endmacro %}
