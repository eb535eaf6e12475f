-- Marketing consents: newest state of each key, named and typed.
-- Grain: one row per change of one person's consent for one purpose and channel
with

-- A record says itself when it changed, which no name of a file does better.
source as (
    select * from {{ latest_state(source('raw', 'consent'), 'changed_at') }} as newest
),

final as (
    select
        -- ids
        consent_no,
        phone,
        unionid,
        -- text
        purpose,
        channel,
        status,
        -- numbers
        _load_seq as load_seq,
        -- times
        {{ instant('changed_at') }} as changed_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
