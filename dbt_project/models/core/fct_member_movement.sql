-- Every change of a member's points or level.
-- Grain: one row per change.
with

movements as (
    select * from {{ ref('stg_crm__member_movement') }}
    where {{ shanghai_day('moved_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'member_no' and scope = ''
),

final as (
    select
        movements.movement_no as movement_key,
        movements.member_no as member_key,
        bridge.person_id,
        case when movements.kind = '等级' then 'level' else 'points' end as kind,
        movements.points,
        movements.points_after,
        movements.level_after,
        movements.reason,
        movements.moved_at,
        {{ shanghai_day('movements.moved_at') }} as moved_on
    from movements
    left join bridge on movements.member_no = bridge.value_key
)

select * from final
