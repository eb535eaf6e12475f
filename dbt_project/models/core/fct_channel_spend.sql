-- Money spent to bring people in, by day, channel and campaign.
-- Grain: one row per source, day, channel and campaign.
with

spend as (
    select
        'channel_spend' as source,
        spent_on,
        channel as channel_id,
        campaign,
        sum(spend_cny) as spend_cny,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from {{ ref('stg_crm__channel_spend') }}
    where spent_on <= {{ as_of() }}
    group by spent_on, channel, campaign
    union all
    select
        'pdd_ad' as source,
        spent_on,
        'ad' as channel_id,
        coalesce(campaign, 'pdd') as campaign,
        sum(spend_cny) as spend_cny,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from {{ ref('stg_pdd__ad') }}
    where spent_on <= {{ as_of() }}
    group by spent_on, coalesce(campaign, 'pdd')
),

final as (
    select
        {{ hash_key(['source', 'spent_on', 'channel_id', 'campaign']) }} as spend_key,
        source,
        spent_on,
        channel_id,
        campaign,
        {{ money('spend_cny') }} as spend_cny,
        cast(coalesce(impressions, 0) as bigint) as impressions,
        cast(coalesce(clicks, 0) as bigint) as clicks
    from spend
)

select * from final
