-- Orders of contracts that feed core by themselves, in the common shape, deposits decided.
-- Grain: one row per order.
with

landed as (
    select
        *,
        coalesce(status, {{ order_status('status_text') }}) as state,
        case
            when refund_cny is null and {{ is_refunded('after_sale_status') }} then paid_cny
            else refund_cny
        end as returned_cny
    from {{ source('raw', 'fed_order') }}
),

orders as (
    select
        source,
        platform,
        order_no,
        {{ status_of_step('min(' ~ status_step('state') ~ ')') }} as status,
        -- The rows of an order may name its buyer in several ways: one of them counts, whole.
        {{ first_by(
            ['buyer_id_type', 'buyer_scope', 'buyer_value_key'],
            ['coalesce(buyer_place, 999)', "coalesce(buyer_scope, '')", 'buyer_value_key'],
        ) }} as buyer,
        {% for column in [
            'store', 'store_id', 'transaction_no', 'payment_method', 'completed_at', 'exported_at',
            'load_seq',
        ] -%}
        max({{ column }}) as {{ column }},
        {% endfor -%}
        {% for column in [
            'goods_cny', 'shipping_cny', 'paid_cny', 'returned_cny', 'platform_subsidy_cny',
            'deposit_cny',
        ] -%}
        case
            when max(cast(is_per_row as integer)) = 1 then sum({{ column }})
            else max({{ column }})
        end as {{ column }},
        {% endfor -%}
        min(ordered_at) as ordered_at,
        min(paid_at) as paid_at,
        min(deposit_paid_at) as deposit_paid_at
    from landed
    group by source, platform, order_no
),

-- Two contracts may tell of one order: the newest word counts.
newest as (
    select
        *,
        -- A deposit whose balance never came stays with the seller.
        deposit_cny > 0 and paid_at is null and status in ('closed', 'cancelled') as is_forfeited,
        row_number() over (
            partition by platform, order_no
            order by load_seq desc, exported_at desc nulls last, source asc
        ) as place
    from orders
),

final as (
    select
        platform,
        store,
        buyer.buyer_id_type as buyer_id_type,
        buyer.buyer_scope as buyer_scope,
        buyer.buyer_value_key as buyer_value_key,
        order_no,
        ordered_at,
        case when is_forfeited then coalesce(deposit_paid_at, ordered_at) else paid_at end
            as paid_at,
        completed_at,
        status,
        goods_cny,
        shipping_cny,
        case when is_forfeited then deposit_cny else paid_cny end as paid_cny,
        {{ refund_told('paid_at', 'status', 'returned_cny') }} as refund_cny,
        platform_subsidy_cny,
        transaction_no,
        payment_method,
        cast(null as bigint) as product_kinds,
        exported_at,
        store_id,
        load_seq,
        -- A deposit is a payment of its own once the balance was paid too.
        case when not coalesce(is_forfeited, false) and deposit_cny < paid_cny then deposit_cny end
            as deposit_cny,
        deposit_paid_at
    from newest
    where place = 1
)

select * from final
