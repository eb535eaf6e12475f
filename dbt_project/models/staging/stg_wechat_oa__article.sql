-- Official Account notified articles: newest state of each key, named and typed.
-- Grain: one row per article
with

source as (
    select * from {{ latest_state(source('raw', 'wechat_oa_article')) }} as newest
),

final as (
    select
        -- ids
        url,
        -- text
        title,
        -- numbers
        cast(readers as bigint) as readers,
        cast(reads as bigint) as reads,
        cast(sharers as bigint) as sharers,
        cast(shares as bigint) as shares,
        cast(new_followers as bigint) as new_followers,
        cast(delivered as bigint) as delivered,
        cast(message_reads as bigint) as message_reads,
        cast(delivered_read_rate as decimal(18, 4)) as delivered_read_rate,
        cast(first_shares as bigint) as first_shares,
        cast(shared_reads as bigint) as shared_reads,
        cast(first_share_rate as decimal(18, 4)) as first_share_rate,
        cast(first_share_reads as bigint) as first_share_reads,
        cast(completion_rate as decimal(18, 4)) as completion_rate,
        _load_seq as load_seq,
        -- times
        {{ instant('published_at') }} as published_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
