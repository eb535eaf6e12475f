-- Where the RFM scores part: the values that each score holds on the business day.
-- Grain: one row per dimension and score.
with

{% set dimensions = [
    ('recency', 'r_score', 'recency_days'),
    ('frequency', 'f_score', 'frequency'),
    ('monetary', 'm_score', 'monetary_cny'),
] -%}
scores as (
    {% for name, score, value in dimensions -%}
    select '{{ name }}' as dimension, {{ score }} as score, {{ money(value) }} as value
    from {{ ref('rfm') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        dimension,
        score,
        min(value) as lowest_value,
        max(value) as highest_value,
        count(*) as person_count
    from scores
    group by dimension, score
)

select * from final
