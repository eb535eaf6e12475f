{# What is known of every buyer at the end of each cutoff day, and nothing later: neither facts of
   later days nor facts of earlier days that were loaded later (int_fact__learned). The people are
   today's: a merge found later gathers the accounts it joins at every cutoff.
   `cutoffs` names a CTE with the column as_of_on; put the macro last in the `with` list.
   Training and scoring both come from here, so they cannot differ.
   Grain: one row per person with a paid order by the cutoff, and cutoff. #}
{% macro person_features(cutoffs) -%}
{{ person_order_features(cutoffs) }},

{{ person_activity_features(cutoffs) }}

select
    orders.person_id,
    orders.as_of_on,
    orders.recency_days,
    orders.tenure_days,
    orders.frequency,
    orders.purchase_days,
    orders.orders_30d,
    orders.orders_90d,
    orders.orders_180d,
    orders.gap_mean_days,
    orders.gap_std_days,
    orders.platform_count,
    orders.line_count,
    orders.item_count,
    orders.weekend_share,
    orders.evening_share,
    money.monetary_cny,
    money.monetary_cny / orders.frequency as avg_order_cny,
    money.revenue_30d_cny,
    money.revenue_90d_cny,
    money.revenue_180d_cny,
    coalesce(money.refunded_cny / nullif(money.paid_cny, 0), 0) as refund_share,
    event.days_since_last_event,
    coalesce(event.events_30d, 0) as events_30d,
    coalesce(message.message_opens_30d, 0) as message_opens_30d,
    coalesce(message.message_opens_90d, 0) as message_opens_90d,
    coalesce(member.known_on <= orders.as_of_on, false) as is_member
from order_features as orders
inner join money_features as money
    on orders.person_id = money.person_id and orders.as_of_on = money.as_of_on
left join event_features as event
    on orders.person_id = event.person_id and orders.as_of_on = event.as_of_on
left join message_features as message
    on orders.person_id = message.person_id and orders.as_of_on = message.as_of_on
left join known_member as member
    on orders.person_id = member.person_id
{%- endmacro %}
