-- Every order against its bill, to the cent: what is explained by fee, subsidy or time, what is not.
-- Grain: one row per order whose store's bill is known, and per billed order number without one.
with

gaps as (
    select
        *,
        billed_receipt_cny - order_paid_cny as receipt_short_cny,
        billed_refund_cny + order_refund_cny as refund_short_cny
    from {{ ref('int_reconciliation__side') }}
),

netted as (
    -- A platform that pays out after completion never books what went back before: neither side
    -- of it is missing. Nor does an order that was never paid book what came and went back.
    select
        *,
        case
            when has_order and order_paid_cny = 0
                then -least(greatest(receipt_short_cny, 0), greatest(-refund_short_cny, 0))
            when {{ pays_after_completion('bill') }}
                then greatest(least(-receipt_short_cny, refund_short_cny), 0)
            else 0
        end as netted_cny
    from gaps
),

sides as (
    select
        *,
        receipt_short_cny + netted_cny as receipt_gap_cny,
        refund_short_cny - netted_cny as refund_gap_cny
    from netted
),

timed as (
    select
        *,
        case
            when receipt_gap_cny >= 0 then 0
            when {{ as_of() }} <= due_on then receipt_gap_cny
            else -least(-receipt_gap_cny, billed_pending_cny)
        end as receipt_timing_cny,
        -- A refund that only the order's export knows may reach the bill a few days later.
        case
            when refund_gap_cny > 0 and {{ days_between('exported_on', as_of()) }}
                <= {{ var('refund_grace_days') }} then refund_gap_cny
            else 0
        end as refund_timing_cny
    from sides
),

measured as (
    select
        *,
        receipt_gap_cny - receipt_timing_cny as receipt_left_cny,
        refund_gap_cny - refund_timing_cny as refund_left_cny,
        billed_receipt_cny + billed_refund_cny + billed_subsidy_cny + billed_fee_cny
            + billed_excess_cny as payout_cny
    from timed
),

final as (
    select
        order_key,
        platform,
        bill,
        order_no,
        day_on,
        due_on,
        {{ money('order_paid_cny') }} as order_paid_cny,
        {{ money('order_refund_cny') }} as order_refund_cny,
        {{ money('order_paid_cny - order_refund_cny') }} as order_net_cny,
        {{ money('payout_cny') }} as payout_cny,
        {{ money('payout_cny - order_paid_cny + order_refund_cny') }} as difference_cny,
        {{ money('billed_fee_cny') }} as fee_cny,
        {{ money('billed_subsidy_cny') }} as subsidy_cny,
        {{ money('receipt_timing_cny + refund_timing_cny') }} as timing_cny,
        {{ money('receipt_left_cny + refund_left_cny + billed_excess_cny') }} as unexplained_cny,
        case
            when receipt_left_cny <> 0 or refund_left_cny <> 0 or billed_excess_cny <> 0
                then 'unexplained'
            when billed_fee_cny <> 0 or billed_subsidy_cny <> 0
                or receipt_timing_cny <> 0 or refund_timing_cny <> 0 then 'explained'
            else 'matched'
        end as outcome,
        case
            when not has_order and payout_cny <> 0 then 'order_missing'
            when receipt_left_cny < 0 and billed_receipt_cny = 0 then 'receipt_missing'
            when receipt_left_cny <> 0 then 'receipt_differs'
            when refund_left_cny > 0 then 'refund_missing'
            when refund_left_cny < 0 then 'refund_differs'
            when billed_excess_cny <> 0 then 'fee_too_high'
            when receipt_timing_cny <> 0 or refund_timing_cny <> 0 then 'timing'
            when billed_subsidy_cny <> 0 then 'subsidy'
            when billed_fee_cny <> 0 then 'fee'
        end as reason
    from measured
)

select * from final
