-- What each order says beside what its bill says, and until when its money may be on its way.
-- Grain: one row per order whose store's bill is known, and per billed order number without one.
with

movements as (
    select * from {{ ref('int_settlement__movement') }}
),

billed as (
    select
        bill,
        order_key,
        max(order_no) as order_no,
        min(happened_on) as billed_on,
        {% for column, rule in {
            'receipt_cny': "kind = 'receipt' and is_settled",
            'pending_cny': "kind = 'receipt' and not is_settled",
            'refund_cny': "kind = 'refund' and is_settled",
            'subsidy_cny': "kind = 'subsidy' and is_settled",
            'fee_cny': "kind = 'fee' and is_settled and not is_excess",
            'excess_cny': "kind = 'fee' and is_settled and is_excess",
        }.items() -%}
        coalesce(sum(case when {{ rule }} then amount_cny end), 0) as {{ column }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from movements
    group by bill, order_key
),

orders as (
    select
        fct_order.*,
        {{ bill_of('fct_order.platform', 'detail.transaction_no') }} as bill,
        {{ shanghai_day('fct_order.completed_at') }} as completed_on,
        {{ shanghai_day('detail.exported_at') }} as exported_on
    from {{ ref('fct_order') }} as fct_order
    inner join {{ ref('int_order__all') }} as detail on fct_order.order_key = detail.order_key
    where fct_order.is_paid
),

stores as (
    select
        bill,
        count(distinct coalesce(store_id, '')) as store_count
    from orders
    where bill is not null
    group by bill
),

-- A bill speaks of the store whose orders it names. The only store of a platform needs no naming.
bills as (
    select
        movements.bill,
        case when stores.store_count > 1 then coalesce(orders.store_id, '') end as store_id,
        min(movements.happened_on) as first_on
    from movements
    inner join stores on movements.bill = stores.bill
    left join orders on movements.order_key = orders.order_key
    where stores.store_count = 1 or orders.order_key is not null
    group by 1, 2
),

-- Money that was due before the first bill began is on a bill that nobody dropped in.
due as (
    select
        orders.*,
        {{ due_on('orders.bill', 'orders.paid_on', 'orders.completed_on') }} as due_on,
        bills.first_on
    from orders
    inner join bills
        on
            orders.bill = bills.bill
            and coalesce(bills.store_id, orders.store_id, '') = coalesce(orders.store_id, '')
),

-- An order that nobody paid is owed nothing, and known all the same.
known as (
    select
        order_key,
        order_no
    from {{ ref('fct_order') }}
),

final as (
    select
        coalesce(billed.bill, due.bill) as bill,
        coalesce(billed.order_key, due.order_key) as order_key,
        coalesce(due.platform, billed.bill) as platform,
        coalesce(due.order_no, known.order_no, billed.order_no) as order_no,
        known.order_key is not null as has_order,
        coalesce(due.paid_on, billed.billed_on) as day_on,
        due.due_on,
        due.exported_on,
        coalesce(due.paid_cny, 0) as order_paid_cny,
        coalesce(due.refund_cny, 0) as order_refund_cny,
        {% for column in [
            'receipt_cny', 'pending_cny', 'refund_cny', 'subsidy_cny', 'fee_cny', 'excess_cny'
        ] -%}
        coalesce(billed.{{ column }}, 0) as billed_{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from due
    full join billed on due.order_key = billed.order_key and due.bill = billed.bill
    left join known on coalesce(billed.order_key, due.order_key) = known.order_key
    where billed.order_key is not null or due.due_on >= due.first_on
)

select * from final
