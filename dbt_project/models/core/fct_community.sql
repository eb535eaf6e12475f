-- Customers in WeCom groups. The interface lists who is there now, so a member has left by the first
-- snapshot of the group that no longer shows them: the finer the snapshots, the finer the day.
-- Grain: one row per group, customer and joining.
with

shown as (
    select * from {{ ref('stg_wecom__group_member') }}
    where
        member_type = 2
        and member_id is not null
        and {{ shanghai_day('joined_at') }} <= {{ as_of() }}
),

snapshots as (
    select
        corp_id,
        chat_id,
        snapshot_at,
        lead(snapshot_at) over (partition by corp_id, chat_id order by snapshot_at) as next_at
    from {{ ref('stg_wecom__group_member') }}
    group by corp_id, chat_id, snapshot_at
),

spells as (
    select
        corp_id,
        chat_id,
        member_id,
        joined_at,
        max(snapshot_at) as last_seen_at
    from shown
    group by corp_id, chat_id, member_id, joined_at
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'external_userid'
),

final as (
    select
        {{ hash_key(['spells.chat_id', 'spells.member_id', 'spells.joined_at']) }} as community_key,
        spells.chat_id,
        bridge.person_id,
        spells.joined_at,
        {{ shanghai_day('spells.joined_at') }} as joined_on,
        snapshots.next_at as left_at,
        case
            when snapshots.next_at is not null
                then least({{ shanghai_day('snapshots.next_at') }}, {{ as_of() }})
        end as left_on
    from spells
    inner join snapshots
        on
            spells.corp_id = snapshots.corp_id
            and spells.chat_id = snapshots.chat_id
            and spells.last_seen_at = snapshots.snapshot_at
    left join bridge
        on spells.corp_id = bridge.scope and spells.member_id = bridge.value_key
)

select * from final
