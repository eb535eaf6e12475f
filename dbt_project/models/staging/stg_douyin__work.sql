-- Douyin creator works: newest state of each key, named and typed.
-- Grain: one row per work
with

source as (
    select * from {{ latest_state(source('raw', 'douyin_work')) }} as newest
),

final as (
    select
        -- text
        title,
        format,
        review_status,
        -- numbers
        cast(plays as bigint) as plays,
        cast(completion_rate as decimal(18, 4)) as completion_rate,
        cast(five_second_rate as decimal(18, 4)) as five_second_rate,
        cast(cover_click_rate as decimal(18, 4)) as cover_click_rate,
        cast(two_second_exit_rate as decimal(18, 4)) as two_second_exit_rate,
        cast(average_play_seconds as decimal(18, 4)) as average_play_seconds,
        cast(likes as bigint) as likes,
        cast(shares as bigint) as shares,
        cast(comments as bigint) as comments,
        cast(favourites as bigint) as favourites,
        cast(profile_visits as bigint) as profile_visits,
        cast(new_followers as bigint) as new_followers,
        _load_seq as load_seq,
        -- times
        {{ instant('published_at') }} as published_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
