-- WeCom external contacts: newest state of each key, named and typed.
-- Grain: one row per customer and employee who added them (reply of externalcontact/batch)
with

source as (
    select * from {{ latest_state(source('raw', 'wecom_contact')) }} as newest
),

final as (
    select
        -- ids
        corp_id,
        external_userid,
        unionid,
        employee_id,
        remark_mobile,
        -- text
        name,
        gender,
        add_way,
        state,
        -- numbers
        cast(contact_type as bigint) as contact_type,
        _load_seq as load_seq,
        -- times
        {{ instant('added_at') }} as added_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
