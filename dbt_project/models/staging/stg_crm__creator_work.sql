-- Creator cooperations: newest state of each key, named and typed.
-- Grain: one row per work that a creator published for the brand
with

source as (
    select * from {{ latest_state(source('raw', 'creator_work')) }} as newest
),

final as (
    select
        -- ids
        cooperation_no,
        creator_id,
        -- text
        platform,
        creator_name,
        title,
        -- numbers
        {{ money('fee_cny') }} as fee_cny,
        cast(views as bigint) as views,
        cast(interactions as bigint) as interactions,
        _load_seq as load_seq,
        -- times
        {{ instant('published_at') }} as published_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
