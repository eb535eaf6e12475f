-- The ways people take through a visit, repeats of the same step counted once: the first twelve
-- steps, how many there were and the last of all.
-- Grain: one row per Shanghai day, path, number of steps and last step.
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'day_on',
) }}
with

{{ touched_days() -}}
events as (
    select
        event.event_on,
        event.session_key,
        event.event_at,
        event.event_key,
        event.event_name,
        event.load_seq,
        lag(event.event_name) over (
            partition by event.event_on, event.session_key order by event.event_at, event.event_key
        ) as name_before
    from {{ ref('fct_event') }} as event
    {{ of_touched_days() }}
),

steps as (
    select
        event_on,
        session_key,
        event_name,
        load_seq,
        row_number() over (
            partition by event_on, session_key order by event_at, event_key
        ) as step_no
    from events
    where name_before is null or name_before <> event_name
),

visits as (
    select
        event_on as day_on,
        session_key,
        {{ text_list('case when step_no <= 12 then event_name end', 'step_no', ' > ') }} as path,
        count(*) as step_count,
        {{ last_by('event_name', 'step_no') }} as last_step,
        count(case when event_name = 'purchase' then 1 end) > 0 as has_purchase,
        max(load_seq) as changed_load_seq
    from steps
    group by event_on, session_key
),

final as (
    select
        day_on,
        path,
        cast(step_count as integer) as step_count,
        last_step,
        count(*) as visit_count,
        count(case when has_purchase then 1 end) as purchase_count,
        count(case when not has_purchase then 1 end) as drop_off_count,
        max(changed_load_seq) as changed_load_seq
    from visits
    group by day_on, path, step_count, last_step
)

select * from final
