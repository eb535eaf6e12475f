-- What the Markov model says that removing a channel costs: the share of converting journeys lost.
-- Effects of a month come from the three closed months before it and credit its orders.
-- Grain: one row per month of orders and channel.
with

final as (
    select
        cast(month_on as date) as month_on,
        channel_id,
        cast(effect_permille / 1000.0 as decimal(4, 3)) as removal_effect,
        version as markov_version
    from {{ ref('int_attribution__effect') }}
)

select * from final
