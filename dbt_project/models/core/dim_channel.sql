-- The channels through which people reach the brand.
-- Grain: one row per channel.
with

final as (
    select
        channel_id,
        name_en,
        name_zh,
        channel_group
    from {{ source('raw', 'channel') }}
)

select * from final
