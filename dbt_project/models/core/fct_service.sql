-- Customer service conversations: how long until the first answer and until the end. What came after
-- the business day is not known on it: neither an answer, nor an end with what it settled. What came
-- before the question answers and ends nothing: two clocks, or a greeting.
-- Grain: one row per conversation.
with

conversations as (
    select
        *,
        {{ shanghai_day('first_response_at') }} <= {{ as_of() }} and first_response_at >= started_at
            as is_answered,
        coalesce({{ shanghai_day('ended_at') }} <= {{ as_of() }}, true) as is_told
    from {{ ref('stg_wecom__service_conversation') }}
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
        case
            when conversations.is_answered
                then
                    {{ seconds_between('conversations.started_at', 'conversations.first_response_at') }}
        end as first_response_seconds,
        case
            when conversations.is_told and conversations.ended_at >= conversations.started_at
                then {{ seconds_between('conversations.started_at', 'conversations.ended_at') }}
        end as duration_seconds,
        coalesce(conversations.is_told and conversations.is_resolved, false) as is_resolved,
        case when conversations.is_told then conversations.satisfaction end as satisfaction
    from conversations
    left join bridge
        on
            conversations.corp_id = bridge.scope
            and conversations.external_userid = bridge.value_key
)

select * from final
