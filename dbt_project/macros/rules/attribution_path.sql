{# CTEs `pairs`, `paths` and `shared`: the touches that share each order of `orders`, those within
   `rule.window_days` before it, of a longer path the newest `rule.step_cap`. Most orders follow one
   touch, which takes all: `paths` holds it, and only the rest is ranked and weighed. A rank over all
   pairs would cost more than all seven models together, so only what the cap cuts is ranked.
   Grain of `paths`: one row per order with a touch; of `shared`: one row per order and touch of those
   with two or more. #}
{% macro attribution_paths() -%}
{%- set pair -%}
orders.order_key,
        orders.ordered_at,
        orders.ordered_on,
        touch.touch_key,
        touch.touched_at,
        touch.channel_id,
        touch.changed_load_seq
{%- endset -%}
pairs as (
    select
        {{ pair }}
    from orders
    cross join rule
    inner join {{ ref('fct_touch') }} as touch
        on
            orders.person_id = touch.person_id
            and touch.touched_at between orders.ordered_at - rule.window_days * interval '1' day
            and orders.ordered_at
    where orders.is_paid
    union all
    -- An order that names its creator and not its buyer.
    select
        {{ pair }}
    from orders
    inner join {{ ref('fct_touch') }} as touch on orders.order_key = touch.order_key
    where orders.is_paid and orders.person_id is null
),

-- Of one touch, any value is its value.
paths as (
    select
        order_key,
        count(*) as touch_count,
        any_value(touch_key) as touch_key,
        any_value(channel_id) as channel_id,
        any_value(changed_load_seq) as changed_load_seq
    from pairs
    group by order_key
),

shared as (
    select pairs.*
    from pairs
    inner join paths on pairs.order_key = paths.order_key
    where paths.touch_count > 1 and paths.touch_count <= (select step_cap from rule)
    union all
    select * exclude (steps_before_order)
    from (
        select
            pairs.*,
            row_number() over (
                partition by pairs.order_key order by pairs.touched_at desc, pairs.touch_key desc
            ) as steps_before_order
        from pairs
        inner join paths on pairs.order_key = paths.order_key
        where paths.touch_count > 1 and paths.touch_count > (select step_cap from rule)
    ) as ranked
    where steps_before_order <= (select step_cap from rule)
)
{%- endmacro %}
