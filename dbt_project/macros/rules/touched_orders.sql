{# CTE `order_marks`: what decides the credit of each day's orders, as one number: the orders, and the
   removal effects of their month. Stored with the credit it tells the days on which an order came, went to
   another person or changed its money or value. Grain: one row per day. #}
{% macro order_marks() -%}
    {%- set value = value_column() -%}
    {%- set beside = [] if value == 'net_revenue_cny' else [value] -%}
order_marks as (
    select
        days.ordered_on,
        {{ whole_fingerprint(['days.mark', 'versions.version']) }} as mark,
        coalesce(min(versions.version), 'none') as version
    from (
        select
            ordered_on,
            {{ whole_fingerprint(['order_key', 'person_id', 'is_paid', 'net_revenue_cny'] + beside) }}
                as mark
        from {{ valued_orders() }} as orders
        group by ordered_on
    ) as days
    left join versions on {{ month_of('days.ordered_on') }} = versions.month_on
    group by days.ordered_on
)
{%- endmacro %}

{# CTEs `new_days`, `new_touches` and `touched`. The last has the orders whose credit may differ from what
   stands in the mart, with their day: those of days with another mark; those after a touch that came or
   changed; and those that a touch stood before which is no more, or is now another person's or of another
   time. #}
{% macro touched_orders() -%}
-- The days of touches that came or changed: only those are read whole, and no order out of their reach.
new_days as (
    select distinct fct_touch.touched_on
    from {{ ref('fct_touch') }} as fct_touch
    where {{ is_new_touch('fct_touch') }}
),

-- A day further, for a visit's later session that a late event joined to the one before, or gave another
-- number.
reached_days as (
    select
        min(new_days.touched_on) as first_on,
        {{ add_days('max(new_days.touched_on)', 'max(rule.window_days) + 1') }} as last_on
    from new_days
    cross join rule
),

new_touches as (
    select
        fct_touch.touch_key,
        fct_touch.person_id,
        fct_touch.touched_at,
        fct_touch.touched_on,
        fct_touch.order_key
    from {{ ref('fct_touch') }} as fct_touch
    inner join new_days on fct_touch.touched_on = new_days.touched_on
    where {{ is_new_touch('fct_touch') }}
),

touched as (
    select
        fct_order.order_key,
        fct_order.ordered_on
    from {{ ref('fct_order') }} as fct_order
    inner join (
        select coalesce(order_marks.ordered_on, then_days.ordered_on) as ordered_on
        from order_marks
        full join (
            select
                ordered_on,
                min(orders_mark) as first_mark,
                max(orders_mark) as last_mark
            from {{ this }}
            group by ordered_on
        ) as then_days
            on order_marks.ordered_on = then_days.ordered_on
        where order_marks.mark is distinct from then_days.first_mark
            or order_marks.mark is distinct from then_days.last_mark
    ) as days
        on fct_order.ordered_on = days.ordered_on
    union
    select
        fct_order.order_key,
        fct_order.ordered_on
    from new_touches as new_touch
    cross join rule
    inner join {{ ref('fct_order') }} as fct_order
        on
            new_touch.person_id = fct_order.person_id
            and fct_order.ordered_at between new_touch.touched_at
            and new_touch.touched_at + (rule.window_days + 1) * interval '1' day
    where fct_order.ordered_on >= (select first_on from reached_days)
        and fct_order.ordered_on <= (select last_on from reached_days)
    union
    select
        order_key,
        touched_on as ordered_on
    from new_touches
    where order_key is not null
    union
    -- A visit keeps its day, so no order before it can lose it; one of a new day never had credit.
    select
        credit.order_key,
        credit.ordered_on
    from {{ this }} as credit
    where credit.ordered_on >= (select first_on from reached_days)
        and credit.ordered_on <= (select last_on from reached_days)
        and credit.touch_key in (select new_touches.touch_key from new_touches)
    union
    -- Touches of other kinds are few; they move and fall away.
    select
        credit.order_key,
        credit.ordered_on
    from {{ this }} as credit
    left join (
        select
            fct_touch.touch_key,
            {{ is_new_touch('fct_touch') }} as is_new
        from {{ ref('fct_touch') }} as fct_touch
        where fct_touch.kind <> 'visit'
    ) as other on credit.touch_key = other.touch_key
    where not credit.is_visit and coalesce(other.is_new, true)
)
{%- endmacro %}

{# Touches that came or changed since the credit was last shared out. The newest load that it shows is the
   newest of touches that lead to an order, so it is never newer than what was seen. #}
{% macro is_new_touch(touch) -%}
    {{ is_new_since(touch, 'changed_load_seq', 'touched_on', 'ordered_on') }}
{%- endmacro %}
