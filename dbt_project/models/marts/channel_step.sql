-- How often a journey went from one channel to the next, to an order, or to nothing more.
-- With a longer memory (`markov_order`) steps are summed by the newest channel of a state.
-- Grain: one row per closed month, channel before and channel after.
with

channels as (
    select
        channel_id,
        row_number() over (order by channel_id) as channel_no,
        count(*) over () + 1 as base
    from {{ ref('dim_channel') }}
),

steps as (
    select
        steps.month_on,
        steps.from_state,
        steps.to_state,
        steps.step_count,
        bases.base
    from {{ ref('int_attribution__step') }} as steps
    cross join (select max(base) as base from channels) as bases
    where steps.step_count > 0
),

final as (
    select
        steps.month_on,
        coalesce(before_step.channel_id, 'start') as from_channel,
        case steps.to_state
            when -1 then 'order'
            when -2 then 'nothing'
            else after_step.channel_id
        end as to_channel,
        cast(sum(steps.step_count) as bigint) as step_count
    from steps
    left join channels as before_step
        on steps.from_state > 0 and steps.from_state % steps.base = before_step.channel_no
    left join channels as after_step
        on steps.to_state > 0 and steps.to_state % steps.base = after_step.channel_no
    group by
        steps.month_on,
        coalesce(before_step.channel_id, 'start'),
        case steps.to_state
            when -1 then 'order'
            when -2 then 'nothing'
            else after_step.channel_id
        end
)

select * from final
