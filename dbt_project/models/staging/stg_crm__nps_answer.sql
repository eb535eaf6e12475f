-- NPS answers: newest state of each key, named and typed.
-- Grain: one row per answer
with

source as (
    select * from {{ latest_state(source('raw', 'nps_survey')) }} as newest
),

final as (
    select
        -- ids
        answer_no,
        member_no,
        -- numbers
        cast(score as bigint) as score,
        _load_seq as load_seq,
        -- times
        {{ instant('answered_at') }} as answered_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
