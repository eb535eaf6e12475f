-- Product catalogue: newest state of each key, named and typed.
-- Grain: one row per product
with

source as (
    select * from {{ latest_state(source('raw', 'product_catalogue')) }} as newest
),

final as (
    select
        -- ids
        product_id,
        -- text
        name,
        category,
        -- numbers
        {{ money('cost_cny') }} as cost_cny,
        _load_seq as load_seq,
        -- times
        {{ instant('listed_at') }} as listed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
