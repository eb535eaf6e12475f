-- Invitations that were accepted, and when the invited person first bought.
-- Grain: one row per invitation.
with

referrals as (
    select * from {{ ref('stg_crm__referral') }}
    where {{ shanghai_day('invited_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'unionid' and scope = ''
),

first_orders as (
    select
        person_id,
        min(ordered_on) as ordered_on
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
    group by person_id
),

final as (
    select
        referrals.referral_no as referral_key,
        referrals.campaign,
        referrer.person_id as referrer_person_id,
        referee.person_id as referee_person_id,
        referrals.invited_at,
        {{ shanghai_day('referrals.invited_at') }} as invited_on,
        {{ money('coalesce(referrals.reward_cny, 0)') }} as reward_cny,
        first_orders.ordered_on as referee_first_order_on
    from referrals
    left join bridge as referrer on referrals.referrer_unionid = referrer.value_key
    left join bridge as referee on referrals.referee_unionid = referee.value_key
    left join first_orders on referee.person_id = first_orders.person_id
)

select * from final
