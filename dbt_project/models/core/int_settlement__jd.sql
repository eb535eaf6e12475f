-- JD settlement in the common shape of bills.
-- Grain: one row per movement.
with

bill as (
    select
        *,
        {{ jd_is_buyers('fee_name') }} as is_buyers
    from {{ ref('stg_jd__settlement') }}
),

ranked as (
    -- A fee of the same name on the same product of the same order is charged once.
    select
        *,
        row_number() over (
            partition by order_no, product_id, fee_name, direction, service_no
            order by billed_at, settled_at, movement_key
        ) as charge_rank
    from bill
    where not is_buyers
    union all
    select
        *,
        1 as charge_rank
    from bill
    where is_buyers
),

final as (
    select
        'jd' as bill,
        'jd:' || order_no as order_key,
        order_no,
        movement_key,
        case
            when is_buyers and direction = '收入' then 'receipt'
            when is_buyers then 'refund'
            -- 平台券价保补贴佣金 is what JD takes of a subsidy.
            when fee_name like '%佣金%' or fee_name like '%服务费%' then 'fee'
            when fee_name like '%补贴%' or fee_name like '%平台券%' then 'subsidy'
            else 'fee'
        end as kind,
        fee_name as item,
        case direction when '支出' then -abs(amount_cny) else amount_cny end as amount_cny,
        coalesce(settled_at, due_at, billed_at, completed_at, ordered_at) as happened_at,
        coalesce(settlement_status, '已结算') = '已结算' as is_settled,
        charge_rank > 1 as is_excess
    from ranked
)

select * from final
