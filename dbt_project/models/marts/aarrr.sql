-- The five questions of a day: who was acquired, activated, came back, referred and paid.
-- Activated: a first visit or order of someone first seen no more than 7 days before.
-- Came back: active that day and on one of the 30 days before it.
-- Referred: invitations that somebody else accepted; an account of one's own is no friend.
-- Grain: one row per Shanghai day with any of them.
with

acquired as (
    select
        first_seen_on as day_on,
        count(*) as acquired_count
    from {{ ref('dim_person') }}
    where first_seen_on <= {{ as_of() }}
    group by first_seen_on
),

acts as (
    select person_id, event_on as acted_on
    from {{ ref('fct_event') }}
    union all
    select person_id, ordered_on
    from {{ ref('fct_order') }}
    where is_paid
),

firsts as (
    select
        person_id,
        min(acted_on) as day_on
    from acts
    where person_id is not null
    group by person_id
),

activated as (
    select
        firsts.day_on,
        count(*) as activated_count
    from firsts
    inner join {{ ref('dim_person') }} as persons on firsts.person_id = persons.person_id
    where {{ days_between('persons.first_seen_on', 'firsts.day_on') }} <= 7
    group by firsts.day_on
),

active as (
    select
        active_on,
        lag(active_on) over (partition by person_id order by active_on) as before_on
    from {{ ref('fct_active_day') }}
),

retained as (
    select
        active_on as day_on,
        count(*) as active_count,
        count(case when {{ days_between('before_on', 'active_on') }} <= 30 then 1 end)
            as retained_count
    from active
    group by active_on
),

referred as (
    select
        invited_on as day_on,
        count(*) as referred_count
    from {{ ref('fct_referral') }}
    where coalesce(referrer_person_id <> referee_person_id, true)
    group by invited_on
),

revenue as (
    select
        day_on,
        buyer_count as paying_count,
        order_count,
        net_revenue_cny
    from {{ ref('daily_kpi') }}
),

days as (
    {% for part in ['acquired', 'activated', 'retained', 'referred', 'revenue'] -%}
    select day_on from {{ part }}
    {{ 'union' if not loop.last }}
    {% endfor %}
),

final as (
    select
        days.day_on,
        coalesce(acquired.acquired_count, 0) as acquired_count,
        coalesce(activated.activated_count, 0) as activated_count,
        coalesce(retained.active_count, 0) as active_count,
        coalesce(retained.retained_count, 0) as retained_count,
        coalesce(referred.referred_count, 0) as referred_count,
        coalesce(revenue.paying_count, 0) as paying_count,
        coalesce(revenue.order_count, 0) as order_count,
        {{ money('coalesce(revenue.net_revenue_cny, 0)') }} as net_revenue_cny
    from days
    {% for part in ['acquired', 'activated', 'retained', 'referred', 'revenue'] -%}
    left join {{ part }} on days.day_on = {{ part }}.day_on
    {% endfor %}
)

select * from final
