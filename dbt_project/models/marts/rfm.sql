-- Recency, frequency and money of everyone who has bought, scored by fifths.
-- Grain: one row per person with a paid order.
with

buyers as (
    select
        person_id,
        {{ days_between('max(ordered_on)', as_of()) }} as recency_days,
        count(*) as frequency,
        {{ money('sum(net_revenue_cny)') }} as monetary_cny
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
    group by person_id
),

scored as (
    select
        person_id,
        recency_days,
        frequency,
        monetary_cny,
        {{ fifth('recency_days desc') }} as r_score,
        {{ fifth('frequency') }} as f_score,
        {{ fifth('monetary_cny') }} as m_score
    from buyers
),

final as (
    select
        person_id,
        {{ as_of() }} as as_of_on,
        recency_days,
        frequency,
        monetary_cny,
        r_score,
        f_score,
        m_score,
        {{ rfm_segment('r_score', 'f_score', 'm_score') }} as rfm_segment
    from scored
)

select * from final
