{# A score of 1 to 5 by fifths of the rank; equal values always score the same. #}
{% macro fifth(ordering, partition=none) -%}
    cast(1 + least(4, floor(5 * percent_rank() over (
        {{ 'partition by ' ~ partition if partition }} order by {{ ordering }}
    ))) as integer)
{%- endmacro %}

{# The eight classic RFM groups; a score of 4 or more is high. #}
{% macro rfm_segment(r_score, f_score, m_score) -%}
    case when {{ m_score }} >= 4 then 'important_' else 'general_' end
    || case
        when {{ r_score }} >= 4 and {{ f_score }} >= 4 then 'value'
        when {{ r_score }} >= 4 then 'develop'
        when {{ f_score }} >= 4 then 'keep'
        else 'rescue'
    end
{%- endmacro %}
