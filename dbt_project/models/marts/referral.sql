-- How invitations spread: how many people took part at each depth and how many each brought.
-- Depth 0 are those who began; K is accepted invitations for each participant.
-- Grain: one row per campaign and depth of the participant.
with

chain as (
    select * from {{ ref('referral_chain') }}
),

participants as (
    select
        campaign,
        referee_person_id as person_id,
        depth,
        has_ordered
    from chain
    where depth is not null
    union all
    select distinct
        campaign,
        root_person_id as person_id,
        0 as depth,
        false as has_ordered
    from chain
    where depth = 1
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
        count(case when participants.has_ordered then 1 end) as buyer_count,
        cast(coalesce(sum(brought.accepted_count), 0) as double) / nullif(count(*), 0) as k_factor,
        {{ money('coalesce(sum(brought.reward_cny), 0)') }} as reward_cny,
        cast(coalesce(sum(brought.device_ring_count), 0) as bigint) as device_ring_count
    from participants
    left join brought
        on
            participants.campaign = brought.campaign
            and participants.person_id = brought.person_id
    group by participants.campaign, participants.depth
)

select * from final
