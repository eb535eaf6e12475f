-- Douyin settlement in the common shape of bills: one movement, taken apart into its kinds.
-- Grain: one row per movement and kind.
with

bill as (
    select
        order_no,
        line_no,
        flow_no,
        coalesce(flow_no, '') || ':' || coalesce(line_no, '') || ':'
        || coalesce(fee_type, '') as movement_key,
        coalesce(scene, '') as item,
        happened_at,
        case when direction like '%出%' then -abs(amount_cny) else amount_cny end as amount_cny,
        case
            when direction like '%出%' then 0
            else coalesce(order_paid_cny, 0) + coalesce(shipping_paid_cny, 0)
        end as receipt_cny,
        -- What went back before the payout is netted in the payout's own row.
        -abs(coalesce(refund_cny, 0)) as netted_cny,
        {{ douyin_goes_back('scene') }} as goes_back,
        {{ douyin_takes_subsidy_back('scene') }} as takes_subsidy_back,
        coalesce(shipping_subsidy_cny, 0) + coalesce(platform_subsidy_cny, 0)
        + coalesce(other_platform_subsidy_cny, 0) + coalesce(creator_subsidy_cny, 0)
        + coalesce(payment_subsidy_cny, 0) + coalesce(monthly_payment_subsidy_cny, 0)
        + coalesce(bank_subsidy_cny, 0) + coalesce(government_subsidy_cny, 0)
        + coalesce(trade_in_cny, 0) as subsidies_cny
    from {{ source('typed', 'douyin_settlement') }}
    where order_no is not null
),

parted as (
    -- Later movements are one thing whole: the columns of a payout's parts are empty in their rows.
    select
        *,
        case when goes_back and netted_cny = 0 then amount_cny else netted_cny end as refund_cny,
        case
            when takes_subsidy_back and subsidies_cny = 0 then amount_cny
            when amount_cny < 0 then -abs(subsidies_cny)
            else subsidies_cny
        end as subsidy_cny
    from bill
),

final as (
    {% for kind, amount in [
        ('receipt', 'receipt_cny'),
        ('refund', 'refund_cny'),
        ('subsidy', 'subsidy_cny'),
        ('fee', 'amount_cny - receipt_cny - refund_cny - subsidy_cny'),
    ] -%}
    select
        'douyin' as bill,
        'douyin:' || order_no as order_key,
        order_no,
        line_no,
        flow_no,
        movement_key,
        '{{ kind }}' as kind,
        item,
        {{ amount }} as amount_cny,
        happened_at,
        true as is_settled,
        false as is_excess
    from parted
    where {{ amount }} <> 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
