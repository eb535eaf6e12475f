-- Channel spend: newest state of each key, named and typed.
-- Grain: one row per day, channel and campaign
with

source as (
    select * from {{ latest_state(source('raw', 'channel_spend')) }} as newest
),

final as (
    select
        -- text
        channel,
        campaign,
        -- numbers
        {{ money('spend_cny') }} as spend_cny,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        _load_seq as load_seq,
        -- times
        cast(spent_on as date) as spent_on,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
