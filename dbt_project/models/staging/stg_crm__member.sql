-- CRM members: newest state of each key, named and typed.
-- Grain: one row per member
with

source as (
    select * from {{ latest_state(source('raw', 'crm_member')) }} as newest
),

final as (
    select
        -- ids
        member_no,
        phone,
        unionid,
        email,
        -- text
        name,
        gender,
        level,
        province,
        city,
        store,
        join_channel,
        -- numbers
        cast(points as bigint) as points,
        _load_seq as load_seq,
        -- times
        cast(birthday as date) as birthday,
        {{ instant('joined_at') }} as joined_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
