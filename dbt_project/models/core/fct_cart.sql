-- Products put into the cart, and whether the visitor paid an order within the next day.
-- Grain: one row per product put into a cart.
with

carts as (
    select * from {{ ref('fct_event') }}
    where event_name = 'add_to_cart'
),

orders as (
    select
        person_id,
        order_key,
        ordered_at
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

bought as (
    select
        carts.event_key,
        orders.order_key,
        row_number() over (
            partition by carts.event_key order by orders.ordered_at, orders.order_key
        ) as order_rank
    from carts
    inner join orders
        on
            carts.person_id = orders.person_id
            and orders.ordered_at between carts.event_at and carts.event_at + interval '24' hour
),

final as (
    select
        carts.event_key as cart_key,
        carts.person_id,
        carts.session_key,
        carts.product_id,
        carts.channel_id,
        carts.event_at as added_at,
        carts.event_on as added_on,
        bought.order_key,
        bought.order_key is not null as is_bought
    from carts
    left join bought on carts.event_key = bought.event_key and bought.order_rank = 1
)

select * from final
