-- What the brand published itself, with the newest numbers that each platform told.
-- Grain: one row per work, note or article.
with

pieces as (
    select
        'douyin' as platform,
        {{ hash_key(["'douyin'", 'title', 'published_at']) }} as content_key,
        title,
        format,
        published_at,
        plays as views,
        coalesce(likes, 0) + coalesce(comments, 0) + coalesce(favourites, 0) + coalesce(shares, 0)
            as engagements,
        shares,
        new_followers
    from {{ ref('stg_douyin__work') }}
    union all
    select
        'xiaohongshu',
        {{ hash_key(["'xiaohongshu'", 'title', 'published_at']) }},
        title,
        format,
        published_at,
        views,
        coalesce(likes, 0) + coalesce(comments, 0) + coalesce(favourites, 0) + coalesce(shares, 0),
        shares,
        new_followers
    from {{ ref('stg_xiaohongshu__note') }}
    union all
    select
        'wechat_oa',
        {{ hash_key(["'wechat_oa'", 'url']) }},
        title,
        '图文',
        published_at,
        reads,
        coalesce(shares, 0),
        shares,
        new_followers
    from {{ ref('stg_wechat_oa__article') }}
),

final as (
    select
        content_key,
        platform,
        title,
        format,
        published_at,
        {{ shanghai_day('published_at') }} as published_on,
        coalesce(views, 0) as views,
        engagements,
        coalesce(shares, 0) as shares,
        coalesce(new_followers, 0) as new_followers
    from pieces
    where {{ shanghai_day('published_at') }} <= {{ as_of() }}
)

select * from final
