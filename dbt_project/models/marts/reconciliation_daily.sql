-- Orders against bills, summed: what matched, what is explained, what is left to settle.
-- Grain: one row per platform, bill and Shanghai day of payment.
with

orders as (
    select * from {{ ref('reconciliation') }}
),

final as (
    select
        platform,
        bill,
        day_on,
        count(*) as order_count,
        count(case when outcome = 'matched' then 1 end) as matched_count,
        count(case when outcome = 'explained' then 1 end) as explained_count,
        count(case when outcome = 'unexplained' then 1 end) as unexplained_count,
        {{ money('sum(order_net_cny)') }} as order_net_cny,
        {{ money('sum(payout_cny)') }} as payout_cny,
        {{ money('sum(difference_cny)') }} as difference_cny,
        {{ money('sum(fee_cny)') }} as fee_cny,
        {{ money('sum(subsidy_cny)') }} as subsidy_cny,
        {{ money('sum(timing_cny)') }} as timing_cny,
        {{ money('sum(unexplained_cny)') }} as unexplained_cny
    from orders
    group by platform, bill, day_on
)

select * from final
