-- Experiment groups: newest state of each key, named and typed.
-- Grain: one row per experiment and member
with

source as (
    select * from {{ latest_state(source('raw', 'experiment_group')) }} as newest
),

final as (
    select
        -- ids
        experiment,
        member_no,
        -- text
        variant,
        -- numbers
        _load_seq as load_seq,
        -- times
        {{ instant('assigned_at') }} as assigned_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
