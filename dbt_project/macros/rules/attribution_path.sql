{# CTEs `pairs`, `long_paths` and `capped`: the touches that share each order of `orders`, those within
   `rule.window_days` before it, of a longer path the newest `rule.step_cap`. Only long paths are
   ranked: a rank over all pairs costs more than all seven models together.
   Grain of `capped`: one row per order and touch. #}
{% macro attribution_paths() -%}
pairs as (
    select
        orders.order_key,
        orders.ordered_at,
        orders.ordered_on,
        touch.touch_key,
        touch.touched_at,
        touch.channel_id,
        touch.changed_load_seq
    from orders
    cross join rule
    inner join {{ ref('fct_touch') }} as touch
        on
            orders.person_id = touch.person_id
            and touch.touched_at between orders.ordered_at - rule.window_days * interval '1' day
            and orders.ordered_at
    where orders.is_paid
),

long_paths as (
    select pairs.order_key
    from pairs
    group by pairs.order_key
    having count(*) > (select step_cap from rule)
),

capped as (
    select pairs.*
    from pairs
    left join long_paths on pairs.order_key = long_paths.order_key
    where long_paths.order_key is null
    union all
    select * exclude (steps_before_order)
    from (
        select
            pairs.*,
            row_number() over (
                partition by pairs.order_key order by pairs.touched_at desc, pairs.touch_key desc
            ) as steps_before_order
        from pairs
        inner join long_paths on pairs.order_key = long_paths.order_key
    ) as ranked
    where steps_before_order <= (select step_cap from rule)
)
{%- endmacro %}
