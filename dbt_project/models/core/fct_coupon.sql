-- Coupons and what became of each by the business day: issued, used on an order, or expired. The times
-- decide; where an export gives none, its word of the state does.
-- Grain: one row per coupon.
with

coupons as (
    select
        *,
        coalesce({{ shanghai_day('used_at') }} <= {{ as_of() }}, status = '已使用', false) as is_used,
        coalesce(expires_on < {{ as_of() }}, status = '已过期', false) as is_expired
    from {{ ref('stg_crm__coupon') }}
    where {{ shanghai_day('issued_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'member_no' and scope = ''
),

-- A coupon names an order without its platform: a number that two platforms share decides nothing.
orders as (
    select
        order_no,
        min(order_key) as order_key
    from {{ ref('fct_order') }}
    group by order_no
    having count(*) = 1
),

final as (
    select
        coupons.coupon_no as coupon_key,
        coalesce(coupons.batch, 'none') as batch,
        bridge.person_id,
        case
            when coupons.is_used then 'used'
            when coupons.is_expired then 'expired'
            else 'issued'
        end as status,
        {{ money('coalesce(coupons.face_value_cny, 0)') }} as face_value_cny,
        {{ money('coalesce(coupons.threshold_cny, 0)') }} as threshold_cny,
        coupons.issued_at,
        {{ shanghai_day('coupons.issued_at') }} as issued_on,
        case when coupons.is_used then coupons.used_at end as used_at,
        case when coupons.is_used then {{ shanghai_day('coupons.used_at') }} end as used_on,
        coupons.expires_on,
        case when coupons.is_used then orders.order_key end as order_key
    from coupons
    left join bridge on coupons.member_no = bridge.value_key
    left join orders on coupons.order_no = orders.order_no
)

select * from final
