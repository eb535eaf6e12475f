-- What each person did beside buying: events, referrals, consents that hold now.
-- Grain: one row per person.
with

events as (
    select
        person_id,
        max(event_on) as last_event_on,
        count(case when {{ days_between('event_on', as_of()) }} < 30 then 1 end)
            as event_count_30d
    from {{ ref('fct_event') }}
    group by person_id
),

active as (
    select
        person_id,
        max(active_on) as last_active_on
    from {{ ref('fct_active_day') }}
    group by person_id
),

-- Inviting an account of one's own invites nobody.
invitations as (
    select * from {{ ref('fct_referral') }}
    where coalesce(referrer_person_id <> referee_person_id, true)
),

-- A friend invited in two campaigns is one friend; who is not known counts by the invitation.
invited as (
    select
        referrer_person_id as person_id,
        count(distinct coalesce(referee_person_id, referral_key)) as referral_count
    from invitations
    group by referrer_person_id
),

referred as (
    select distinct referee_person_id as person_id
    from invitations
),

final as (
    select
        persons.person_id,
        events.last_event_on,
        coalesce(events.event_count_30d, 0) as event_count_30d,
        active.last_active_on,
        coalesce(invited.referral_count, 0) as referral_count,
        referred.person_id is not null as referred_by_person
    from {{ ref('dim_person') }} as persons
    left join events on persons.person_id = events.person_id
    left join active on persons.person_id = active.person_id
    left join invited on persons.person_id = invited.person_id
    left join referred on persons.person_id = referred.person_id
)

select * from final
