-- What people say when asked: NPS answers (0 to 10) and product reviews (1 to 5).
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
        answers.answered_at as given_at
    from {{ ref('stg_crm__nps_answer') }} as answers
    left join {{ ref('bridge_identity') }} as bridge
        on
            bridge.id_type = 'member_no'
            and bridge.scope = ''
            and answers.member_no = bridge.value_key
),

reviews as (
    select
        'review:' || reviews.review_no as feedback_key,
        'review' as kind,
        orders.person_id,
        orders.order_key,
        reviews.product_id,
        reviews.score,
        reviews.kindness,
        reviews.reviewed_at as given_at
    from {{ ref('stg_crm__product_review') }} as reviews
    left join {{ ref('fct_order') }} as orders
        on reviews.platform = orders.platform and reviews.order_no = orders.order_no
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
        {{ shanghai_day('given_at') }} as given_on
    from feedback
    where {{ shanghai_day('given_at') }} <= {{ as_of() }}
)

select * from final
