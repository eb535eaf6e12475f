-- Everything segments and pages ask about a person, in one row.
-- Grain: one row per person.
with

final as (
    select
        persons.person_id,
        {{ as_of() }} as as_of_on,
        lifecycle.stage as lifecycle_stage,
        coalesce(rfm.rfm_segment, 'none') as rfm_segment,
        {% for column in ['r_score', 'f_score', 'm_score'] -%}
        rfm.{{ column }},
        {% endfor -%}
        {% for column in [
            'is_member', 'member_level', 'points', 'joined_on', 'birthday_month', 'gender',
            'province', 'city', 'has_phone', 'has_wecom', 'has_oa', 'has_mini_program', 'is_staff',
            'first_seen_on',
        ] -%}
        persons.{{ column }},
        {% endfor -%}
        orders.first_order_on,
        orders.last_order_on,
        {{ days_between('orders.last_order_on', as_of()) }} as days_since_last_order,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(orders.order_count_90d, 0) as order_count_90d,
        {% for column in ['net_revenue_cny', 'net_revenue_90d_cny', 'refund_cny'] -%}
        {{ money('coalesce(orders.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ money('orders.net_revenue_cny / nullif(orders.order_count, 0)') }} as avg_order_cny,
        coalesce(movement.value_grade, 'none') as value_grade,
        movement.value_movement,
        coalesce(movement.intervention_level, 0) as intervention_level,
        persons.platform_count,
        orders.preferred_platform,
        engagement.last_event_on,
        {{ days_between('engagement.last_event_on', as_of()) }} as days_since_last_event,
        engagement.event_count_30d,
        engagement.last_active_on,
        {{ days_between('engagement.last_active_on', as_of()) }} as days_since_last_active,
        engagement.referral_count,
        engagement.referred_by_person,
        {% for channel in ['sms', 'wecom', 'oa'] -%}
        coalesce(consents.consent_marketing_{{ channel }}, false) as consent_marketing_{{ channel }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from {{ ref('dim_person') }} as persons
    left join {{ ref('lifecycle') }} as lifecycle on persons.person_id = lifecycle.person_id
    left join {{ ref('rfm') }} as rfm on persons.person_id = rfm.person_id
    left join {{ ref('int_person__order_total') }} as orders
        on persons.person_id = orders.person_id
    left join {{ ref('value_movement') }} as movement
        on persons.person_id = movement.person_id
    left join {{ ref('int_person__engagement') }} as engagement
        on persons.person_id = engagement.person_id
    left join {{ ref('int_person__consent') }} as consents
        on persons.person_id = consents.person_id
)

select * from final
