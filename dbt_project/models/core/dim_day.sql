-- The days that metrics are laid out on: ten years up to the business day.
-- Grain: one row per Shanghai day.
with

final as (
    select {{ add_days(as_of(), '-series.n') }} as day_on
    from {{ numbers(0, 3652) }} as series
)

select * from final
