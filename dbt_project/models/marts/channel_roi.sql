-- What a campaign spent to bring people in, whom it won and what they have left since. A person is
-- won by the first campaign that met them before their first order; LTV is their contribution to date.
-- Payback: days after being met until the contribution of all won people has returned the spend.
-- Grain: one row per campaign.
with

met as (
    select
        person_id,
        campaign,
        channel_id,
        touched_at,
        touched_on,
        row_number() over (partition by person_id order by touched_at, touch_key) as touch_rank
    from {{ ref('fct_touch') }}
    where kind <> 'message_open' and campaign <> '' and person_id is not null
),

-- By the instant: who scans the card of a parcel or asks after the purchase was no stranger that day.
firsts as (
    select
        person_id,
        min(ordered_at) as first_order_at
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
    group by person_id
),

won as (
    select
        met.person_id,
        met.campaign,
        met.touched_on
    from met
    inner join firsts on met.person_id = firsts.person_id
    where met.touch_rank = 1 and firsts.first_order_at >= met.touched_at
),

contacts as (
    select
        campaign,
        max(channel_id) as channel_id,
        count(*) as contact_count,
        min(touched_on) as started_on
    from {{ ref('fct_touch') }}
    where kind <> 'message_open' and campaign <> ''
    group by campaign
),

spend as (
    select
        campaign,
        max(channel_id) as channel_id,
        sum(spend_cny) as spend_cny,
        sum(clicks) as clicks,
        min(spent_on) as started_on
    from {{ ref('fct_channel_spend') }}
    group by campaign
),

returns as (
    select
        won.campaign,
        {{ days_between('won.touched_on', 'orders.ordered_on') }} as days_since,
        sum(orders.net_revenue_cny) as net_revenue_cny,
        sum(orders.contribution_cny) as contribution_cny
    from won
    inner join {{ ref('int_order__contribution') }} as orders on won.person_id = orders.person_id
    group by won.campaign, {{ days_between('won.touched_on', 'orders.ordered_on') }}
),

running as (
    select
        returns.*,
        sum(returns.contribution_cny) over (
            partition by returns.campaign order by returns.days_since
        ) as so_far_cny
    from returns
),

totals as (
    select
        running.campaign,
        sum(running.net_revenue_cny) as net_revenue_cny,
        sum(running.contribution_cny) as contribution_cny,
        min(case when running.so_far_cny >= spend.spend_cny then running.days_since end)
            as payback_days
    from running
    left join spend on running.campaign = spend.campaign
    group by running.campaign
),

customers as (
    select
        campaign,
        count(*) as customer_count
    from won
    group by campaign
),

final as (
    select
        coalesce(spend.campaign, contacts.campaign) as campaign,
        coalesce(spend.channel_id, codes.channel_id, contacts.channel_id) as channel_id,
        least(
            coalesce(spend.started_on, contacts.started_on),
            coalesce(contacts.started_on, spend.started_on)
        ) as started_on,
        {{ money('coalesce(spend.spend_cny, 0)') }} as spend_cny,
        cast(coalesce(spend.clicks, 0) as bigint) as clicks,
        coalesce(contacts.contact_count, 0) as contact_count,
        {{ money('spend.spend_cny / nullif(contacts.contact_count, 0)') }} as cost_of_contact_cny,
        coalesce(customers.customer_count, 0) as customer_count,
        {{ money('spend.spend_cny / nullif(customers.customer_count, 0)') }} as cac_cny,
        {{ money('coalesce(totals.net_revenue_cny, 0)') }} as net_revenue_cny,
        {{ money('coalesce(totals.contribution_cny, 0)') }} as contribution_cny,
        {{ money('totals.contribution_cny / nullif(customers.customer_count, 0)') }} as ltv_cny,
        cast(totals.contribution_cny as double) / nullif(cast(spend.spend_cny as double), 0)
            as ltv_to_cac,
        totals.payback_days
    from spend
    full join contacts on spend.campaign = contacts.campaign
    left join customers on coalesce(spend.campaign, contacts.campaign) = customers.campaign
    left join totals on coalesce(spend.campaign, contacts.campaign) = totals.campaign
    left join (
        select campaign, max(channel_id) as channel_id
        from {{ ref('dim_channel_code') }}
        group by campaign
    ) as codes on coalesce(spend.campaign, contacts.campaign) = codes.campaign
)

select * from final
