-- Youzan customers: newest state of each key, named and typed.
-- Grain: one row per customer (by phone)
with

source as (
    select * from {{ latest_state(source('raw', 'youzan_customer')) }} as newest
),

final as (
    select
        -- ids
        customer_phone,
        -- text
        customer_name,
        customer_nick,
        gender,
        level,
        source_channel,
        -- numbers
        cast(points as bigint) as points,
        {{ money('stored_value_cny') }} as stored_value_cny,
        cast(order_count as bigint) as order_count,
        {{ money('spent_cny') }} as spent_cny,
        _load_seq as load_seq,
        -- flags
        cast(is_member as boolean) as is_member,
        -- times
        cast(birthday as date) as birthday,
        {{ instant('last_order_at') }} as last_order_at,
        {{ instant('became_customer_at') }} as became_customer_at,
        {{ instant('became_member_at') }} as became_member_at,
        {{ instant('_exported_at') }} as exported_at
    from source
)

select * from final
