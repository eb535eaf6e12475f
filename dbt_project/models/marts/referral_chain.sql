-- Who brought whom: every invitation with its place in the chain and what makes it doubtful.
-- A person's place is that of the first invitation; an invitation in a loop has no depth.
-- Grain: one row per invitation.
with recursive

invitations as (
    select
        *,
        coalesce(referrer_person_id = referee_person_id, false) as is_self_referral,
        row_number() over (
            partition by referee_person_id order by invited_at, referral_key
        ) as referee_rank
    from {{ ref('fct_referral') }}
),

links as (
    select * from invitations
    where
        not is_self_referral
        and referee_rank = 1
        and referrer_person_id is not null
        and referee_person_id is not null
),

chain as (
    select
        links.referral_key,
        links.referee_person_id,
        links.referrer_person_id as root_person_id,
        1 as depth
    from links
    left join links as before on links.referrer_person_id = before.referee_person_id
    where before.referral_key is null
    union all
    select
        links.referral_key,
        links.referee_person_id,
        chain.root_person_id,
        chain.depth + 1 as depth
    from links
    inner join chain on links.referrer_person_id = chain.referee_person_id
),

people as (
    select referrer_person_id as person_id from links
    union
    select referee_person_id as person_id from links
),

-- A device of the shop is everybody's and proves nothing.
devices as (
    select distinct
        fct_event.person_id,
        fct_event.device_id
    from {{ ref('fct_event') }} as fct_event
    inner join people on fct_event.person_id = people.person_id
    left join {{ ref('bridge_identity') }} as bridge
        on bridge.id_type = 'device_id' and fct_event.device_id = bridge.value_key
    where fct_event.device_id is not null and not coalesce(bridge.is_shared, false)
),

rings as (
    select distinct links.referral_key
    from links
    inner join devices on links.referee_person_id = devices.person_id
    inner join devices as other
        on devices.device_id = other.device_id and devices.person_id <> other.person_id
    inner join links as sibling on links.referrer_person_id = sibling.referrer_person_id
    where other.person_id in (links.referrer_person_id, sibling.referee_person_id)
),

final as (
    select
        invitations.referral_key,
        invitations.campaign,
        invitations.referrer_person_id,
        invitations.referee_person_id,
        invitations.invited_on,
        chain.root_person_id,
        chain.depth,
        chain.depth is not null and brought.referral_key is null as starts_campaign,
        invitations.is_self_referral,
        rings.referral_key is not null as is_device_ring,
        invitations.referee_first_order_on is not null as has_ordered,
        invitations.reward_cny
    from invitations
    left join chain on invitations.referral_key = chain.referral_key
    left join links as brought
        on
            invitations.campaign = brought.campaign
            and invitations.referrer_person_id = brought.referee_person_id
    left join rings on invitations.referral_key = rings.referral_key
)

select * from final
