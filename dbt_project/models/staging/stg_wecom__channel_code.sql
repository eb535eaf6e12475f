-- Channel QR codes: newest state of each key, named and typed.
-- Grain: one row per channel QR code
with

source as (
    select * from {{ latest_state(source('raw', 'channel_code')) }} as newest
),

final as (
    select
        -- ids
        code_id,
        employee_id,
        creator_id,
        -- text
        name,
        channel,
        campaign,
        -- numbers
        _load_seq as load_seq,
        -- times
        {{ instant('created_at') }} as created_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
