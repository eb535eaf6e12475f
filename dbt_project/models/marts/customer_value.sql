-- Three values of a person, all as contribution. Base: what their orders have left to date.
-- Potential: the pace of the last year carried on for 90 days, halved for every median repurchase
-- interval of the brand since the last order. Extended: what people they referred have left.
-- Beside them, how they take prices: orders with a coupon, and prices paid against what others pay.
-- Grain: one row per person with a paid order or a referral.
with

orders as (
    select * from {{ ref('int_order__contribution') }}
    where person_id is not null
),

interval_of_brand as (
    select coalesce(max(median_days), 90) as median_days
    from {{ ref('repurchase') }}
    where order_number = 1
),

base as (
    select
        person_id,
        sum(contribution_cny) as base_cny,
        sum(case when ordered_on > {{ add_days(as_of(), -365) }} then contribution_cny else 0 end)
            as year_cny,
        least(365, greatest(90, {{ days_between('min(ordered_on)', as_of()) }})) as pace_days,
        {{ days_between('max(ordered_on)', as_of()) }} as recency_days,
        count(*) as order_count
    from orders
    group by person_id
),

-- A friend invited in two campaigns is one friend.
friends as (
    select distinct
        referrer_person_id,
        referee_person_id
    from {{ ref('fct_referral') }}
    where referrer_person_id <> referee_person_id
),

extended as (
    select
        referrals.referrer_person_id as person_id,
        sum(base.base_cny) as extended_cny
    from friends as referrals
    inner join base on referrals.referee_person_id = base.person_id
    group by referrals.referrer_person_id
),

-- A coupon may be spent on an order that is never paid, or on somebody else's: the order decides.
coupons as (
    select
        orders.person_id,
        count(distinct orders.order_key) as coupon_order_count
    from {{ ref('fct_coupon') }} as used
    inner join orders on used.order_key = orders.order_key
    where used.status = 'used'
    group by orders.person_id
),

-- A decimal, so that sums over lines are the same to the last bit in whatever order they come.
usual as (
    select
        product_id,
        cast(sum(paid_cny) / nullif(sum(quantity), 0) as decimal(18, 6)) as usual_cny
    from {{ ref('fct_order_line') }}
    where paid_cny > 0
    group by product_id
),

prices as (
    select
        lines.person_id,
        sum(lines.paid_cny) as paid_cny,
        sum(lines.quantity * usual.usual_cny) as usual_cny
    from {{ ref('fct_order_line') }} as lines
    inner join usual on lines.product_id = usual.product_id
    where lines.paid_cny > 0 and lines.person_id is not null
    group by lines.person_id
),

final as (
    select
        coalesce(base.person_id, extended.person_id) as person_id,
        {{ money('coalesce(base.base_cny, 0)') }} as base_value_cny,
        {{ money('coalesce(greatest(0, base.year_cny) * 90 / base.pace_days'
            ~ ' * power(0.5, base.recency_days / nullif(interval_of_brand.median_days, 0)), 0)') }}
            as potential_value_cny,
        {{ money('coalesce(extended.extended_cny, 0)') }} as extended_value_cny,
        cast(coalesce(coupons.coupon_order_count, 0) as double) / nullif(base.order_count, 0)
            as coupon_order_share,
        cast(prices.paid_cny as double) / nullif(cast(prices.usual_cny as double), 0)
            as relative_price
    from base
    full join extended on base.person_id = extended.person_id
    cross join interval_of_brand
    left join coupons on base.person_id = coupons.person_id
    left join prices on base.person_id = prices.person_id
)

select * from final
