-- Product reviews: newest state of each key, named and typed.
-- Grain: one row per review
with

source as (
    select * from {{ latest_state(source('raw', 'product_review')) }} as newest
),

final as (
    select
        -- ids
        review_no,
        order_no,
        product_id,
        -- text
        platform,
        -- numbers
        cast(score as bigint) as score,
        cast(words as decimal(5, 4)) as kindness,
        cast(word_balance as bigint) as word_balance,
        _load_seq as load_seq,
        -- times
        {{ instant('reviewed_at') }} as reviewed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
