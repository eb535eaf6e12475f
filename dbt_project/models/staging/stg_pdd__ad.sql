-- PDD advertising: newest state of each key, named and typed.
-- Grain: one row per product, scene and day
with

source as (
    select * from {{ latest_state(source('raw', 'pdd_ad')) }} as newest
),

final as (
    select
        -- ids
        product_id,
        -- text
        title,
        scene,
        campaign,
        bid_type,
        ad_group,
        -- numbers
        {{ money('deal_spend_cny') }} as deal_spend_cny,
        {{ money('gmv_cny') }} as gmv_cny,
        cast(roi as decimal(18, 4)) as roi,
        {{ money('spend_cny') }} as spend_cny,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        _load_seq as load_seq,
        -- flags
        cast(is_deleted as boolean) as is_deleted,
        -- times
        cast(spent_on as date) as spent_on,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
