{# Number of the span of `rule.window_days` that an instant lies in. #}
{% macro window_no(instant) -%}
    floor({{ days_between("date '1970-01-01'", 'cast(' ~ instant ~ ' as date)') }} / rule.window_days)
{%- endmacro %}

{# Whether a path of `paths` is told without ranking: one touch, or two at different instants. #}
{% macro is_short_path() -%}
    (
        paths.touch_count = 1
        or (paths.touch_count = 2 and paths.first_at < paths.last_at and rule.step_cap > 1)
    )
{%- endmacro %}

{# CTEs `pairs`, `paths` and `shared`: the touches that share each order of `buyers`, those within
   `rule.window_days` before it, of a longer path the newest `rule.step_cap`. A touch lies in its order's span
   of time or in the one before, so that of who buys often it meets few other orders. Most orders follow one
   touch or two, and only the rest is ranked and weighed by windows. A rank over all pairs would cost more
   than all seven models together, so only what the cap cuts is ranked. Decay halves with every half-life.
   Grain of `paths`: one row per order with a touch; of `shared`: one row per order and touch of the longer
   paths. #}
{% macro attribution_paths() -%}
{%- set pair -%}
touch.touch_key,
        touch.touched_at,
        touch.changed_load_seq,
        cast(round(1e9 * power(
            0.5,
            {{ seconds_between('touch.touched_at', 'buyers.ordered_at') }}
            / 86400.0 / rule.half_life_days
        )) as bigint) as decay_weight
{%- endset -%}
pairs as (
    select
        buyers.order_no,
        buyers.ordered_on,
        touch.channel_no,
        {{ pair }}
    from (
        select
            buyers.*,
            {{ window_no('buyers.ordered_at') }} - ago.n as window_no
        from buyers
        cross join rule
        cross join {{ numbers(0, 1) }} as ago
    ) as buyers
    cross join rule
    inner join (
        select
            touch.*,
            coalesce(channels.channel_no, 0) as channel_no,
            {{ window_no('touch.touched_at') }} as window_no
        from {{ ref('fct_touch') }} as touch
        cross join rule
        left join channels on touch.channel_id = channels.channel_id
        {% if is_incremental() -%}
        -- Bounds that the engine knows before it reads skip what lies outside.
        where touch.touched_on >= (
            select {{ add_days('min(ordered_on)', '-min(rule.window_days)') }} from buyers cross join rule
        )
        {%- endif %}
    ) as touch
        on
            buyers.person_id = touch.person_id
            and buyers.window_no = touch.window_no
            and touch.touched_at between buyers.ordered_at - rule.window_days * interval '1' day
            and buyers.ordered_at
    union all
    -- An order that names its creator and not its buyer.
    select
        buyers.order_no,
        buyers.ordered_on,
        coalesce(channels.channel_no, 0) as channel_no,
        {{ pair }}
    from buyers
    cross join rule
    inner join {{ ref('fct_touch') }} as touch on buyers.order_key = touch.order_key
    left join channels on touch.channel_id = channels.channel_id
    where buyers.person_id is null and touch.order_key is not null
),

paths as (
    select
        order_no,
        count(*) as touch_count,
        min(touched_at) as first_at,
        max(touched_at) as last_at,
        min(channel_no) as low_channel_no,
        max(channel_no) as high_channel_no,
        cast(sum(decay_weight) as bigint) as decay_whole
    from pairs
    group by order_no
),

shared as (
    select
        pairs.*,
        paths.touch_count as step_count
    from pairs
    cross join rule
    inner join paths on pairs.order_no = paths.order_no
    where paths.touch_count <= rule.step_cap and not {{ is_short_path() }}
    union all
    select * exclude (steps_before_order)
    from (
        select
            pairs.*,
            rule.step_cap as step_count,
            row_number() over (
                partition by pairs.order_no order by pairs.touched_at desc, pairs.touch_key desc
            ) as steps_before_order
        from pairs
        cross join rule
        inner join paths on pairs.order_no = paths.order_no
        where paths.touch_count > rule.step_cap and paths.touch_count > 1
    ) as ranked
    where steps_before_order <= step_count
)
{%- endmacro %}
