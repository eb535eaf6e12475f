-- Customer service conversations: how long until the first answer and until the end.
-- Grain: one row per conversation.
with

conversations as (
    select * from {{ ref('stg_wecom__service_conversation') }}
    where {{ shanghai_day('started_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'external_userid'
),

final as (
    select
        conversations.conversation_id as conversation_key,
        bridge.person_id,
        conversations.channel as access_channel,
        conversations.topic,
        conversations.employee_id,
        conversations.started_at,
        {{ shanghai_day('conversations.started_at') }} as started_on,
        {{ seconds_between('conversations.started_at', 'conversations.first_response_at') }}
            as first_response_seconds,
        {{ seconds_between('conversations.started_at', 'conversations.ended_at') }}
            as duration_seconds,
        coalesce(conversations.is_resolved, false) as is_resolved,
        conversations.satisfaction
    from conversations
    left join bridge
        on
            conversations.corp_id = bridge.scope
            and conversations.external_userid = bridge.value_key
)

select * from final
