-- How often a journey goes from one state to the next. A journey begins at a person's first touch
-- and ends with an order or after window_days of silence; a state is the last markov_order channels,
-- digits of one number. A touch counts in the month in which its window closed, closed months only.
-- Grain: one row per month, from_state and to_state (0 start, -1 order, -2 nothing); and rows of
-- 1970-01-01 that count nothing: from 0 to 0 the newest load whose touches were seen, from a
-- month (its days since then) to the mark of its orders and of its touches that are no visits.
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'month_on',
) }}
{% set order = markov_order() -%}
with

rule as (
    select
        attribution_rule.*,
        {{ month_of(as_of()) }} as open_month_on
    from {{ source('raw', 'attribution_rule') }} as attribution_rule
),

channels as (
    select
        channel_id,
        cast(row_number() over (order by channel_id) as bigint) as channel_no,
        cast(count(*) over () + 1 as bigint) as base
    from {{ ref('dim_channel') }}
),

{{ attribution_months() }},

-- At one instant an order comes last: a touch leads to it.
items as (
    select
        fct_touch.person_id,
        fct_touch.touched_at as happened_at,
        channels.channel_no,
        channels.base,
        fct_touch.changed_load_seq
    from {{ ref('fct_touch') }} as fct_touch
    cross join rule
    inner join channels on fct_touch.channel_id = channels.channel_id
    {% if is_incremental() -%}
    inner join near_days on fct_touch.touched_on = near_days.happened_on
    {% endif -%}
    where
        fct_touch.person_id is not null
        {% if is_incremental() -%}
        and fct_touch.touched_on >= (select min(happened_on) from near_days)
        {%- else -%}
        and fct_touch.touched_on < rule.open_month_on
        {%- endif %}
    union all
    select
        fct_order.person_id,
        fct_order.ordered_at as happened_at,
        0 as channel_no,
        0 as base,
        fct_order.changed_load_seq
    from {{ ref('fct_order') }} as fct_order
    cross join rule
    {% if is_incremental() -%}
    inner join near_days on fct_order.ordered_on = near_days.happened_on
    {% endif -%}
    where
        fct_order.is_paid
        and fct_order.person_id is not null
        {% if is_incremental() -%}
        and fct_order.ordered_on >= (select min(happened_on) from near_days)
        {%- else -%}
        and fct_order.ordered_on < rule.open_month_on
        {%- endif %}
),

neighbours as (
    select
        happened_at as at_0,
        channel_no as no_0,
        base,
        changed_load_seq,
        {% for ago in range(1, order + 1) -%}
        lag(happened_at, {{ ago }}) over person as at_{{ ago }},
        lag(channel_no, {{ ago }}) over person as no_{{ ago }},
        {% endfor -%}
        lead(happened_at) over person as next_at,
        lead(channel_no) over person as next_no
    from items
    window person as (
        partition by person_id order by happened_at, channel_no desc, changed_load_seq
    )
),

states as (
    select
        {{ month_of(add_days(shanghai_day('neighbours.at_0'), 'rule.window_days')) }} as month_on,
        case when {{ starts_journey(0) }} then 0 else {{ markov_state(1, order) }} end as from_state,
        {{ markov_state(0, order) }} as to_state,
        case
            when not coalesce({{ is_within_window('next_at', 'at_0') }}, false) then -2
            when neighbours.next_no = 0 then -1
        end as end_state,
        neighbours.changed_load_seq
    from neighbours
    cross join rule
    where neighbours.no_0 > 0
),

moves as (
    select month_on, from_state, to_state, changed_load_seq
    from states
    union all
    select month_on, to_state as from_state, end_state as to_state, changed_load_seq
    from states
    where end_state is not null
),

final as (
    select
        moves.month_on,
        moves.from_state,
        moves.to_state,
        count(*) as step_count,
        max(moves.changed_load_seq) as changed_load_seq
    from moves
    cross join rule
    {% if is_incremental() -%}
    inner join touched on moves.month_on = touched.month_on
    {% endif -%}
    where moves.month_on < rule.open_month_on
    group by moves.month_on, moves.from_state, moves.to_state
    union all
    select
        {{ no_month() }} as month_on,
        0 as from_state,
        0 as to_state,
        0 as step_count,
        coalesce(changed_load_seq, 0) as changed_load_seq
    from seen
    union all
    select
        {{ no_month() }} as month_on,
        month_no as from_state,
        mark as to_state,
        0 as step_count,
        0 as changed_load_seq
    from noted
)

select * from final
