-- Official Account messages sent to followers, with opens and clicks up to the business day.
-- Grain: one row per message and follower.
with

messages as (
    select
        *,
        {{ first_identifier([('openid', 'openid', 'appid')]) }}
    from {{ ref('stg_wechat_oa__message') }}
    where {{ shanghai_day('sent_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

final as (
    select
        messages.message_id || ':' || messages.openid as message_key,
        bridge.person_id,
        messages.message_id,
        messages.campaign,
        messages.title,
        messages.sent_at,
        {{ shanghai_day('messages.sent_at') }} as sent_on,
        {% for moment in ['opened_at', 'clicked_at'] -%}
        case
            when {{ shanghai_day('messages.' ~ moment) }} <= {{ as_of() }} then messages.{{ moment }}
        end as {{ moment }},
        {% endfor -%}
        cast(greatest(messages.load_seq, coalesce(changes.load_seq, 0)) as integer)
            as changed_load_seq
    from messages
    left join bridge on {{ same_identifier('messages', 'bridge') }}
    left join {{ person_changes() }} as changes on bridge.person_id = changes.person_id
)

select * from final
