-- What a message campaign did: opened and clicked, and orders placed within 7 days of an open.
-- Lift: its open rate less that of the other messages of the same sendings, with standard error.
-- Grain: one row per campaign.
with

messages as (
    select
        *,
        coalesce(campaign, 'none') as campaign_id
    from {{ ref('fct_message') }}
),

orders as (
    select
        person_id,
        ordered_at,
        order_key,
        net_revenue_cny
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

-- One order counts once for a campaign, however many of its messages were opened before it.
brought as (
    select distinct
        messages.campaign_id,
        orders.order_key,
        orders.net_revenue_cny
    from messages
    inner join orders
        on
            messages.person_id = orders.person_id
            and orders.ordered_at between messages.opened_at
            and messages.opened_at + interval '168' hour
),

revenue as (
    select
        campaign_id,
        count(*) as order_count,
        sum(net_revenue_cny) as net_revenue_cny
    from brought
    group by campaign_id
),

sendings as (
    select
        campaign_id,
        sent_at,
        count(*) as sent_count,
        count(opened_at) as opened_count,
        count(clicked_at) as clicked_count
    from messages
    group by campaign_id, sent_at
),

-- The control of a campaign: whatever else was sent at the same moments.
others as (
    select
        mine.campaign_id,
        sum(theirs.sent_count) as sent_count,
        sum(theirs.opened_count) as opened_count
    from sendings as mine
    inner join sendings as theirs
        on mine.sent_at = theirs.sent_at and mine.campaign_id <> theirs.campaign_id
    group by mine.campaign_id
),

rates as (
    select
        sendings.campaign_id,
        sum(sendings.sent_count) as sent_count,
        sum(sendings.opened_count) as opened_count,
        sum(sendings.clicked_count) as clicked_count,
        cast(sum(sendings.opened_count) as double) / sum(sendings.sent_count) as open_rate,
        max(others.sent_count) as control_sent_count,
        cast(max(others.opened_count) as double) / max(others.sent_count) as control_open_rate
    from sendings
    left join others on sendings.campaign_id = others.campaign_id
    group by sendings.campaign_id
),

final as (
    select
        rates.campaign_id as campaign,
        cast(rates.sent_count as bigint) as sent_count,
        cast(rates.opened_count as bigint) as opened_count,
        cast(rates.clicked_count as bigint) as clicked_count,
        rates.open_rate,
        rates.open_rate - rates.control_open_rate as open_lift,
        sqrt(
            rates.open_rate * (1 - rates.open_rate) / rates.sent_count
            + rates.control_open_rate * (1 - rates.control_open_rate) / rates.control_sent_count
        ) as open_lift_error,
        coalesce(revenue.order_count, 0) as order_count,
        {{ money('coalesce(revenue.net_revenue_cny, 0)') }} as net_revenue_cny
    from rates
    left join revenue on rates.campaign_id = revenue.campaign_id
)

select * from final
