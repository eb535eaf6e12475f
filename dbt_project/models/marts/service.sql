-- Customer service against its promise of a first answer (var first_response_seconds).
-- Grain: one row per week (its Monday) and way of access.
with

conversations as (
    select * from {{ ref('fct_service') }}
),

final as (
    select
        {{ monday_of('started_on') }} as week_on,
        access_channel,
        count(*) as conversation_count,
        count(first_response_seconds) as answered_count,
        count(case when first_response_seconds <= {{ var('first_response_seconds') }} then 1 end)
            as in_time_count,
        cast(
            count(case when first_response_seconds <= {{ var('first_response_seconds') }} then 1 end)
            as double
        ) / count(*) as in_time_share,
        {{ quantile('first_response_seconds', 0.5) }} as median_first_response_seconds,
        {{ quantile('duration_seconds', 0.5) }} as median_duration_seconds,
        count(case when is_resolved then 1 end) as resolved_count,
        cast(count(case when is_resolved then 1 end) as double) / count(*) as resolved_share,
        count(satisfaction) as rated_count,
        cast(sum(satisfaction) as double) / nullif(count(satisfaction), 0) as mean_satisfaction
    from conversations
    group by {{ monday_of('started_on') }}, access_channel
)

select * from final
