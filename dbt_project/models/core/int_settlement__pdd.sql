-- PDD settlement in the common shape of bills.
-- Grain: one row per movement.
with

bill as (
    select
        order_no,
        coalesce(description, '') || coalesce(entry_type, '') || coalesce(fee_item, '') as item,
        {{ moved('income_cny', 'expense_cny') }} as amount_cny,
        happened_at
    from {{ source('typed', 'pdd_settlement') }}
    where order_no is not null
),

final as (
    select
        'pdd' as bill,
        'pdd:' || order_no as order_key,
        order_no,
        order_no || ':' || item || ':' || cast(happened_at as varchar) as movement_key,
        {{ movement_kind('item', 'amount_cny') }} as kind,
        item,
        amount_cny,
        happened_at,
        true as is_settled,
        false as is_excess
    from bill
)

select * from final
