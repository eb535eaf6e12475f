{# Grades of value and the rank from which each begins among those who paid in a quarter: the top
   tenth, the rest of the top three tenths, the middle, the last three tenths. #}
{% macro value_grades() %}{{ return([('A', 0.9), ('B', 0.7), ('C', 0.3), ('D', 0)]) }}{% endmacro %}

{# How well a grade ranks: 4 is best, 0 is nobody's who paid nothing. #}
{% macro grade_rank(grade) -%}
    case {{ grade }} when 'A' then 4 when 'B' then 3 when 'C' then 2 when 'D' then 1 else 0 end
{%- endmacro %}

{# Where somebody's value goes, from the grades of the last 91 days and of the 91 before them. #}
{% macro value_movement(first_on, as_of, grade, prior_grade) -%}
    case
        when {{ days_between(first_on, as_of) }} < 91 then 'new'
        when {{ grade }} = 'none' and {{ prior_grade }} = 'none' then 'dormant'
        when {{ grade }} = 'none' then 'lapsed'
        when {{ prior_grade }} = 'none' then 'returned'
        when {{ grade_rank(grade) }} > {{ grade_rank(prior_grade) }} then 'rising'
        when {{ grade_rank(grade) }} < {{ grade_rank(prior_grade) }} then 'fading'
        else 'steady'
    end
{%- endmacro %}

{# What to do about it: 3 an employee calls, 2 an employee writes with an offer, 1 a message to many,
   0 nothing. The more was lost, the dearer the means. #}
{% macro intervention_level(movement, prior_grade) -%}
    case
        when {{ movement }} not in ('fading', 'lapsed') then 0
        when {{ prior_grade }} = 'A' then 3
        when {{ prior_grade }} = 'B' then 2
        else 1
    end
{%- endmacro %}

{% macro quarter_of(day) -%}
    cast(date_trunc('quarter', {{ day }}) as date)
{%- endmacro %}
