-- What a coupon batch cost and what the orders that used it brought. Batches whose coupons stand on one
-- order share its money by what each took off.
-- Grain: one row per coupon batch.
with

coupons as (
    select * from {{ ref('fct_coupon') }}
),

uses as (
    select
        coupons.order_key,
        coupons.batch,
        sum(coupons.face_value_cny) as face_cny,
        max(orders.net_revenue_cny) as net_revenue_cny
    from coupons
    inner join {{ ref('fct_order') }} as orders on coupons.order_key = orders.order_key
    group by coupons.order_key, coupons.batch
),

weights as (
    select
        *,
        case when max(face_cny) over (partition by order_key) > 0 then face_cny else 1 end as weight
    from uses
),

running as (
    select
        *,
        sum(weight) over (partition by order_key) as order_weight,
        sum(weight) over (
            partition by order_key order by batch rows unbounded preceding
        ) as weight_so_far
    from weights
),

-- The difference of two rounded running shares: the batches sum to the order exactly.
brought as (
    select
        batch,
        sum(
            {{ money('net_revenue_cny * weight_so_far / order_weight') }}
            - {{ money('net_revenue_cny * (weight_so_far - weight) / order_weight') }}
        ) as net_revenue_cny
    from running
    group by batch
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
        max(coalesce(brought.net_revenue_cny, 0)) as net_revenue_cny,
        sum({{ days_between('coupons.issued_on', 'coupons.used_on') }}) as days_to_use,
        count(coupons.used_on) as dated_count
    from coupons
    left join brought on coupons.batch = brought.batch
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
