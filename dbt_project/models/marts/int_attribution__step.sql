-- How often a journey goes from one state to the next. A journey begins at a person's first touch
-- and ends with an order or after window_days of silence; a state is the last markov_order channels,
-- digits of one number. A touch counts in the month in which its window closed, closed months only.
-- Grain: one row per month, from_state and to_state (0 start, -1 order, -2 nothing).
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'month_on',
) }}
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

items as (
    select
        fct_touch.person_id,
        fct_touch.touched_at as happened_at,
        fct_touch.touched_on as happened_on,
        fct_touch.touch_key as item_key,
        channels.channel_no,
        channels.base,
        fct_touch.changed_load_seq
    from {{ ref('fct_touch') }} as fct_touch
    inner join channels on fct_touch.channel_id = channels.channel_id
    where fct_touch.person_id is not null
    union all
    select
        person_id,
        ordered_at as happened_at,
        ordered_on as happened_on,
        order_key as item_key,
        0 as channel_no,
        0 as base,
        changed_load_seq
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

{% if is_incremental() -%}
-- Months that closed since, and months in reach of a row that changed since.
touched as (
    select distinct {{ month_of(add_days('items.happened_on', 'series.n * 28')) }} as month_on
    from items
    cross join rule
    inner join {{ numbers(0, 13) }} as series on series.n * 28 <= 4 * rule.window_days + 27
    where items.changed_load_seq > (select coalesce(max(changed_load_seq), 0) from {{ this }})
        and items.happened_on < rule.open_month_on
    union
    select distinct {{ month_of(add_days('items.happened_on', 'rule.window_days')) }} as month_on
    from items
    cross join rule
    where {{ month_of(add_days('items.happened_on', 'rule.window_days')) }}
        > (select coalesce(max(month_on), date '1970-01-01') from {{ this }})
),

near as (
    select items.*
    from items
    cross join rule
    inner join (
        select min(month_on) as first_on, max(month_on) as last_on from touched
    ) as span
        on items.happened_on between {{ add_days('span.first_on', '-5 * rule.window_days') }}
            and {{ add_days('span.last_on', 31) }}
),

{% endif -%}
gaps as (
    select
        item.*,
        rule.window_days,
        rule.markov_order,
        {{ month_of(add_days('item.happened_on', 'rule.window_days')) }} as month_on,
        coalesce(
            lag(item.channel_no) over person = 0
            or item.happened_at - lag(item.happened_at) over person
            > rule.window_days * interval '1' day,
            true
        ) as is_first,
        lead(item.channel_no) over person as next_no,
        coalesce(
            lead(item.happened_at) over person - item.happened_at
            <= rule.window_days * interval '1' day,
            false
        ) as goes_on
    from {{ 'near' if is_incremental() else 'items' }} as item
    cross join rule
    window person as (partition by item.person_id order by item.happened_at, item.item_key)
),

states as (
    select
        gaps.month_on,
        gaps.channel_no,
        gaps.next_no,
        gaps.goes_on,
        gaps.changed_load_seq,
        {{ markov_state(0) }} as to_state,
        case when gaps.is_first then 0 else {{ markov_state(1) }} end as from_state
    from gaps
    window person as (partition by gaps.person_id order by gaps.happened_at, gaps.item_key)
),

moves as (
    select month_on, from_state, to_state, changed_load_seq
    from states
    where channel_no > 0
    union all
    select
        month_on,
        to_state as from_state,
        case when goes_on then -1 else -2 end as to_state,
        changed_load_seq
    from states
    where channel_no > 0 and (not goes_on or next_no = 0)
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
)

select * from final
