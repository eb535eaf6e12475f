-- What a coupon batch cost and what the orders that used it brought.
-- Grain: one row per coupon batch.
with

-- An order that used two coupons of a batch brought its money once.
coupons as (
    select
        *,
        row_number() over (partition by batch, order_key order by coupon_key) = 1 as is_first_of_order
    from {{ ref('fct_coupon') }}
),

orders as (
    select
        order_key,
        net_revenue_cny
    from {{ ref('fct_order') }}
),

totals as (
    select
        coupons.batch,
        min(coupons.issued_on) as first_issued_on,
        count(*) as issued_count,
        count(distinct coupons.person_id) as person_count,
        count(case when coupons.status = 'used' then 1 end) as used_count,
        count(case when coupons.status = 'expired' then 1 end) as expired_count,
        sum(case when coupons.status = 'used' then coupons.face_value_cny else 0 end)
            as discount_cny,
        sum(coalesce(orders.net_revenue_cny, 0)) as net_revenue_cny,
        sum({{ days_between('coupons.issued_on', 'coupons.used_on') }}) as days_to_use,
        count(coupons.used_on) as dated_count
    from coupons
    left join orders on coupons.is_first_of_order and coupons.order_key = orders.order_key
    group by coupons.batch
),

final as (
    select
        batch,
        first_issued_on,
        issued_count,
        person_count,
        used_count,
        expired_count,
        issued_count - used_count - expired_count as open_count,
        cast(used_count as double) / nullif(issued_count, 0) as use_rate,
        cast(days_to_use as double) / nullif(dated_count, 0) as mean_days_to_use,
        {{ money('discount_cny') }} as discount_cny,
        {{ money('net_revenue_cny') }} as net_revenue_cny,
        cast(net_revenue_cny as double) / nullif(cast(discount_cny as double), 0)
            as revenue_per_discount
    from totals
)

select * from final
