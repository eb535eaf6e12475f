-- WeCom customer group members: newest state of each key, named and typed.
-- Grain: one row per customer group, member and snapshot
with

source as (
    select * from {{ latest_state(source('raw', 'wecom_group_member')) }} as newest
),

final as (
    select
        -- ids
        chat_id,
        owner_id,
        member_key,
        member_id,
        unionid,
        corp_id,
        -- text
        chat_name,
        join_scene,
        invited_by,
        -- numbers
        cast(member_type as bigint) as member_type,
        _load_seq as load_seq,
        -- times
        {{ instant('chat_created_at') }} as chat_created_at,
        {{ instant('joined_at') }} as joined_at,
        {{ instant('snapshot_at') }} as snapshot_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
