-- How far the queue can be trusted: what became of the suggestions of each band of probability.
-- Grain: one row per band.
with

queue as (
    select * from {{ ref('review_queue') }}
),

counted as (
    select
        band,
        count(*) as suggested_count,
        count(case when status = 'open' then 1 end) as open_count,
        count(case when status = 'accepted' then 1 end) as accepted_count,
        count(case when status = 'accepted' and is_bulk then 1 end) as accepted_in_bulk_count,
        count(case when verdict = 'rejected' then 1 end) as rejected_count,
        count(case when verdict = 'accepted' and status = 'stale' then 1 end) as undone_count
    from queue
    group by band
),

final as (
    select
        band,
        case band when 'certain' then 0.99 when 'likely' then 0.90 else 0.50 end
            as least_probability,
        suggested_count,
        open_count,
        accepted_count,
        accepted_in_bulk_count,
        rejected_count,
        undone_count,
        cast(accepted_count as double)
        / nullif(accepted_count + rejected_count + undone_count, 0) as accepted_precision
    from counted
)

select * from final
