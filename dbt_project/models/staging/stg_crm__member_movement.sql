-- Points and level changes: newest state of each key, named and typed.
-- Grain: one row per change of a member's points or level
with

source as (
    select * from {{ latest_state(source('raw', 'member_movement')) }} as newest
),

final as (
    select
        -- ids
        movement_no,
        member_no,
        order_no,
        -- text
        kind,
        level_after,
        reason,
        -- numbers
        cast(points as bigint) as points,
        cast(points_after as bigint) as points_after,
        _load_seq as load_seq,
        -- times
        {{ instant('moved_at') }} as moved_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
