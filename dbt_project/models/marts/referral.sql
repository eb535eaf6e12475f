-- How invitations spread: how many people took part at each depth and how many each brought.
-- Depth 0 are those who began; K is accepted invitations for each participant.
-- Grain: one row per campaign and depth of the participant.
with

chain as (
    select * from {{ ref('referral_chain') }}
),

buyers as (
    select distinct person_id
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

-- Who was brought by one campaign and invites in another takes part in both, where they stand.
participants as (
    select
        campaign,
        referee_person_id as person_id,
        depth
    from chain
    where depth is not null
    union all
    select distinct
        campaign,
        referrer_person_id as person_id,
        depth - 1 as depth
    from chain
    where starts_campaign
),

brought as (
    select
        campaign,
        referrer_person_id as person_id,
        count(*) as accepted_count,
        count(case when is_device_ring then 1 end) as device_ring_count,
        sum(reward_cny) as reward_cny
    from chain
    where depth is not null
    group by campaign, referrer_person_id
),

final as (
    select
        participants.campaign,
        cast(participants.depth as integer) as depth,
        count(*) as participant_count,
        cast(coalesce(sum(brought.accepted_count), 0) as bigint) as accepted_count,
        count(buyers.person_id) as buyer_count,
        cast(coalesce(sum(brought.accepted_count), 0) as double) / nullif(count(*), 0) as k_factor,
        {{ money('coalesce(sum(brought.reward_cny), 0)') }} as reward_cny,
        cast(coalesce(sum(brought.device_ring_count), 0) as bigint) as device_ring_count
    from participants
    left join brought
        on
            participants.campaign = brought.campaign
            and participants.person_id = brought.person_id
    left join buyers on participants.person_id = buyers.person_id
    group by participants.campaign, participants.depth
)

select * from final
