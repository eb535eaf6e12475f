-- What people say when asked: NPS answers (0 to 10) and product reviews (1 to 5). Words of reviews
-- count while the character model is published for this brand, that is while it beats the plain rules.
-- Grain: one row per answer or review.
with

answers as (
    select
        'nps:' || answers.answer_no as feedback_key,
        'nps' as kind,
        bridge.person_id,
        cast(null as varchar) as order_key,
        cast(null as varchar) as product_id,
        answers.score,
        cast(null as decimal(5, 4)) as kindness,
        answers.answered_at as given_at,
        {{ shanghai_day('answers.answered_at') }} as given_on
    from {{ ref('stg_crm__nps_answer') }} as answers
    left join {{ ref('bridge_identity') }} as bridge
        on
            bridge.id_type = 'member_no'
            and bridge.scope = ''
            and answers.member_no = bridge.value_key
),

words as (
    select coalesce(max(case when is_published then 1 end), 0) as are_read
    from {{ source('raw', 'published_action') }}
    where asset = 'review_sentiment'
),

reviews as (
    select
        reviews.feedback_key,
        'review' as kind,
        reviews.person_id,
        reviews.order_key,
        reviews.product_id,
        reviews.score,
        case when words.are_read = 1 then reviews.kindness end as kindness,
        reviews.given_at,
        reviews.given_on
    from {{ ref('int_review__read') }} as reviews
    cross join words
),

feedback as (
    select * from answers
    union all
    select * from reviews
),

final as (
    select
        feedback_key,
        kind,
        person_id,
        order_key,
        product_id,
        score,
        kindness,
        {{ opinion('kind', 'score', 'kindness') }} as opinion,
        given_at,
        given_on
    from feedback
    where given_on <= {{ as_of() }}
)

select * from final
