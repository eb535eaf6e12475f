-- What the words of reviews say beside their stars: what the weekly training judges the character
-- model on. Whether the model is published changes nothing here.
-- Grain: one row per review with Chinese words by the business day.
with

reviews as (
    select * from {{ ref('int_review__read') }}
),

final as (
    select
        feedback_key,
        person_id,
        product_id,
        score,
        kindness,
        word_balance,
        given_on
    from reviews
    where kindness is not null and word_balance is not null
)

select * from final
