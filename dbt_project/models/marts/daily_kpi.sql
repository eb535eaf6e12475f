-- The brand's day: paid orders by the day they were placed, and how many people came.
-- Grain: one row per Shanghai day with an order or an event.
with

orders as (
    select
        *,
        row_number() over (partition by person_id order by ordered_at, order_key) as order_rank
    from {{ ref('fct_order') }}
    where is_paid
),

order_days as (
    select
        ordered_on as day_on,
        count(*) as order_count,
        count(distinct person_id) as buyer_count,
        count(case when person_id is not null and order_rank = 1 then 1 end) as new_buyer_count,
        sum(paid_cny) as gross_cny,
        sum(refund_cny) as refund_cny,
        sum(platform_subsidy_cny) as platform_subsidy_cny,
        sum(net_revenue_cny) as net_revenue_cny
    from orders
    group by ordered_on
),

visit_days as (
    select
        session_on as day_on,
        count(*) as session_count,
        count(distinct person_id) as visitor_count
    from {{ ref('fct_session') }}
    group by session_on
),

final as (
    select
        coalesce(order_days.day_on, visit_days.day_on) as day_on,
        {% for column in ['order_count', 'buyer_count', 'new_buyer_count'] -%}
        coalesce(order_days.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        {% for column in [
            'gross_cny', 'refund_cny', 'platform_subsidy_cny', 'net_revenue_cny'
        ] -%}
        {{ money('coalesce(order_days.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ money('order_days.net_revenue_cny / nullif(order_days.order_count, 0)') }}
            as avg_order_cny,
        coalesce(visit_days.session_count, 0) as session_count,
        coalesce(visit_days.visitor_count, 0) as visitor_count
    from order_days
    full join visit_days on order_days.day_on = visit_days.day_on
)

select * from final
