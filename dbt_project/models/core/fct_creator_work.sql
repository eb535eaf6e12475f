-- Works that creators published for the brand, with their fixed fee and reach.
-- Grain: one row per cooperation.
with

works as (
    select * from {{ ref('stg_crm__creator_work') }}
    where {{ shanghai_day('published_at') }} <= {{ as_of() }}
),

final as (
    select
        cooperation_no as work_key,
        platform,
        creator_id,
        creator_name,
        title,
        published_at,
        {{ shanghai_day('published_at') }} as published_on,
        {{ money('fee_cny') }} as fee_cny,
        coalesce(views, 0) as views,
        coalesce(interactions, 0) as interactions
    from works
)

select * from final
