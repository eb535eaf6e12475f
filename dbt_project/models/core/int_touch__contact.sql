-- Contacts made: customers whom an employee added in WeCom, and new followers of an account.
-- Grain: one row per customer and employee, or per follower.
with

contacts as (
    select
        'wecom:' || corp_id || ':' || external_userid || ':' || contacts.employee_id as touch_key,
        'external_userid' as buyer_id_type,
        corp_id as buyer_scope,
        external_userid as buyer_value_key,
        added_at as touched_at,
        'wecom' as channel_id,
        coalesce(codes.campaign, contacts.state) as campaign,
        'contact_added' as kind,
        codes.creator_id,
        -- A code told later than its contacts restates them.
        greatest(contacts.load_seq, coalesce(codes.load_seq, 0)) as load_seq
    from {{ ref('stg_wecom__contact') }} as contacts
    left join {{ ref('stg_wecom__channel_code') }} as codes on contacts.state = codes.code_id
    union all
    select
        'oa:' || appid || ':' || openid as touch_key,
        'openid' as buyer_id_type,
        appid as buyer_scope,
        openid as buyer_value_key,
        subscribed_at as touched_at,
        {{ subscribe_channel('subscribe_scene') }} as channel_id,
        cast(null as varchar) as campaign,
        'subscribe' as kind,
        cast(null as varchar) as creator_id,
        load_seq
    from {{ ref('stg_wechat_oa__follower') }}
    where subscribed_at is not null
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

final as (
    select
        contacts.touch_key,
        bridge.person_id,
        contacts.touched_at,
        contacts.channel_id,
        contacts.campaign,
        contacts.kind,
        contacts.creator_id,
        cast(greatest(contacts.load_seq, coalesce(changes.load_seq, 0)) as integer)
            as changed_load_seq
    from contacts
    left join bridge on {{ same_identifier('contacts', 'bridge') }}
    left join {{ person_changes() }} as changes on bridge.person_id = changes.person_id
    where {{ shanghai_day('contacts.touched_at') }} <= {{ as_of() }}
)

select * from final
