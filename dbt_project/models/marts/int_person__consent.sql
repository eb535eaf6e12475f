-- Through which channels a person may be addressed for marketing now.
-- Grain: one row per person with a consent.
with

final as (
    select
        person_id,
    {% for channel in ['sms', 'wecom', 'oa'] -%}
    count(case when channel = '{{ channel }}' and status = 'granted' then 1 end) > 0
        as consent_marketing_{{ channel }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('fct_consent') }}
    where is_current and purpose = 'marketing' and person_id is not null
    group by person_id
)

select * from final
