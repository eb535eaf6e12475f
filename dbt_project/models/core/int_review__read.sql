-- Product reviews with whoever wrote them, and what their words say by the character model and by
-- the plain list of words.
-- Grain: one row per review by the business day.
with

reviews as (
    select
        'review:' || reviews.review_no as feedback_key,
        orders.person_id,
        orders.order_key,
        reviews.product_id,
        reviews.score,
        reviews.kindness,
        reviews.word_balance,
        reviews.reviewed_at as given_at,
        {{ shanghai_day('reviews.reviewed_at') }} as given_on
    from {{ ref('stg_crm__product_review') }} as reviews
    left join {{ ref('fct_order') }} as orders
        on reviews.platform = orders.platform and reviews.order_no = orders.order_no
),

final as (
    select
        feedback_key,
        person_id,
        order_key,
        product_id,
        score,
        kindness,
        word_balance,
        given_at,
        given_on
    from reviews
    where given_on <= {{ as_of() }}
)

select * from final
