-- Commissions to creators, each for an order that a work brought.
-- Grain: one row per settlement.
with

commissions as (
    select * from {{ ref('stg_crm__creator_commission') }}
    where {{ shanghai_day('settled_at') }} <= {{ as_of() }}
),

orders as (
    select
        order_key,
        platform,
        order_no
    from {{ ref('fct_order') }}
),

final as (
    select
        commissions.settlement_no as commission_key,
        commissions.cooperation_no as work_key,
        commissions.creator_id,
        orders.order_key,
        commissions.commission_rate,
        {{ money('commissions.commission_cny') }} as commission_cny,
        commissions.settled_at,
        {{ shanghai_day('commissions.settled_at') }} as settled_on
    from commissions
    left join orders
        on
            commissions.platform = orders.platform
            and commissions.order_no = orders.order_no
)

select * from final
