-- Whether people recommend the brand: promoters less detractors, in points of a hundred.
-- Grain: one row per month and kind of feedback.
with

feedback as (
    select
        {{ month_of('given_on') }} as month_on,
        kind,
        count(*) as answer_count,
        count(case when opinion = 'promoter' then 1 end) as promoter_count,
        count(case when opinion = 'passive' then 1 end) as passive_count,
        count(case when opinion = 'detractor' then 1 end) as detractor_count,
        cast(sum(score) as double) / count(*) as mean_score
    from {{ ref('fct_feedback') }}
    group by {{ month_of('given_on') }}, kind
),

final as (
    select
        month_on,
        kind,
        answer_count,
        promoter_count,
        passive_count,
        detractor_count,
        100.0 * (promoter_count - detractor_count) / answer_count as net_score,
        mean_score
    from feedback
)

select * from final
