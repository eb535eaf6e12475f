-- Messages in customer groups; what a customer said counts as answered by the next word of an
-- employee in the group within a day.
-- Grain: one row per message.
with

messages as (
    select
        *,
        sender_type = '员工' as is_employee
    from {{ ref('stg_wecom__group_message') }}
    where {{ shanghai_day('sent_at') }} <= {{ as_of() }}
),

followed as (
    select
        *,
        min(case when is_employee then sent_at end) over (
            partition by chat_id order by sent_at, message_id
            rows between 1 following and unbounded following
        ) as answered_at
    from messages
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'external_userid'
),

final as (
    select
        followed.message_id as message_key,
        followed.chat_id,
        bridge.person_id,
        followed.is_employee,
        followed.sent_at,
        {{ shanghai_day('followed.sent_at') }} as sent_on,
        case
            when
                not followed.is_employee
                and followed.answered_at <= followed.sent_at + interval '24' hour
                then {{ seconds_between('followed.sent_at', 'followed.answered_at') }}
        end as reply_seconds
    from followed
    left join bridge
        on followed.corp_id = bridge.scope and followed.sender_id = bridge.value_key
)

select * from final
