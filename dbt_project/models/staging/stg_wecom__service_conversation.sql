-- Customer service conversations: newest state of each key, named and typed.
-- Grain: one row per conversation
with

source as (
    select * from {{ latest_state(source('raw', 'service_conversation')) }} as newest
),

final as (
    select
        -- ids
        conversation_id,
        external_userid,
        employee_id,
        corp_id,
        -- text
        channel,
        topic,
        state,
        -- numbers
        cast(satisfaction as bigint) as satisfaction,
        _load_seq as load_seq,
        -- flags
        cast(is_resolved as boolean) as is_resolved,
        -- times
        {{ instant('started_at') }} as started_at,
        {{ instant('first_response_at') }} as first_response_at,
        {{ instant('ended_at') }} as ended_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
