{# The lifecycle stage of a person at the end of a day; the first rule that holds decides.
   paying: a paid order within 90 days.
   new: first seen within 30 days and never a paid order.
   active: an order, event or message open within 30 days.
   silent: the last of these, or the first sight, 31 to 180 days ago.
   churned: longer ago. #}
{% macro lifecycle_stage(day, first_seen_on, last_order_on, last_active_on) -%}
    case
        when {{ days_between(last_order_on, day) }} <= 90 then 'paying'
        when {{ last_order_on }} is null and {{ days_between(first_seen_on, day) }} <= 30 then 'new'
        when {{ days_between(last_active_on, day) }} <= 30 then 'active'
        when {{ days_between(last_active_on, day) }} <= 180 then 'silent'
        else 'churned'
    end
{%- endmacro %}
