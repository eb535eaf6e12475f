-- WeCom customer group messages: newest state of each key, named and typed.
-- Grain: one row per message in a customer group
with

source as (
    select * from {{ latest_state(source('raw', 'wecom_group_message')) }} as newest
),

final as (
    select
        -- ids
        message_id,
        chat_id,
        sender_id,
        corp_id,
        -- text
        sender_type,
        message_type,
        -- numbers
        _load_seq as load_seq,
        -- times
        {{ instant('sent_at') }} as sent_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
