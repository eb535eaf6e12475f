-- Xiaohongshu notes: newest state of each key, named and typed.
-- Grain: one row per note
with

source as (
    select * from {{ latest_state(source('raw', 'xhs_note')) }} as newest
),

final as (
    select
        -- text
        title,
        format,
        -- numbers
        cast(impressions as bigint) as impressions,
        cast(views as bigint) as views,
        cast(cover_click_rate as decimal(18, 4)) as cover_click_rate,
        cast(likes as bigint) as likes,
        cast(comments as bigint) as comments,
        cast(favourites as bigint) as favourites,
        cast(new_followers as bigint) as new_followers,
        cast(shares as bigint) as shares,
        cast(average_view_seconds as decimal(18, 4)) as average_view_seconds,
        cast(danmaku as bigint) as danmaku,
        _load_seq as load_seq,
        -- times
        {{ instant('published_at') }} as published_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
