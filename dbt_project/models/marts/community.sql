-- A customer group's week: who came and left, who spoke, how fast the brand answered, and how many
-- of the week's members bought in it.
-- Grain: one row per group and week (its Monday) from its first member to the business day.
with

weeks as (
    select
        spells.chat_id,
        {{ add_days('spells.first_on', '7 * series.n') }} as week_on
    from (
        select
            chat_id,
            {{ monday_of('min(joined_on)') }} as first_on
        from {{ ref('fct_community') }}
        group by chat_id
    ) as spells
    cross join {{ numbers(0, 520) }} as series
    where {{ add_days('spells.first_on', '7 * series.n') }} <= {{ as_of() }}
),

order_weeks as (
    select distinct
        person_id,
        {{ monday_of('ordered_on') }} as week_on
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

-- Who spoke and is shown by no snapshot, having come and gone between two, is no member of the week:
-- the share is of those who are.
speaker_weeks as (
    select distinct
        chat_id,
        person_id,
        {{ monday_of('sent_on') }} as week_on
    from {{ ref('fct_community_message') }}
    where not is_employee and person_id is not null
),

membership as (
    select
        weeks.chat_id,
        weeks.week_on,
        count(case when {{ monday_of('members.joined_on') }} = weeks.week_on then 1 end)
            as joined_count,
        count(case when {{ monday_of('members.left_on') }} = weeks.week_on then 1 end)
            as left_count,
        count(case when members.left_on is null
            or members.left_on > {{ add_days('weeks.week_on', 6) }} then 1 end) as member_count,
        count(distinct members.person_id) as present_count,
        count(distinct speaker_weeks.person_id) as speaker_count,
        count(distinct order_weeks.person_id) as buyer_count
    from weeks
    inner join {{ ref('fct_community') }} as members
        on
            weeks.chat_id = members.chat_id
            and members.joined_on <= {{ add_days('weeks.week_on', 6) }}
            and coalesce(members.left_on >= weeks.week_on, true)
    left join order_weeks
        on members.person_id = order_weeks.person_id and weeks.week_on = order_weeks.week_on
    left join speaker_weeks
        on
            members.chat_id = speaker_weeks.chat_id
            and members.person_id = speaker_weeks.person_id
            and weeks.week_on = speaker_weeks.week_on
    group by weeks.chat_id, weeks.week_on
),

talk as (
    select
        chat_id,
        {{ monday_of('sent_on') }} as week_on,
        count(case when not is_employee then 1 end) as question_count,
        count(reply_seconds) as answered_count,
        {{ quantile('reply_seconds', 0.5) }} as median_reply_seconds
    from {{ ref('fct_community_message') }}
    group by chat_id, {{ monday_of('sent_on') }}
),

final as (
    select
        membership.chat_id,
        membership.week_on,
        membership.joined_count,
        membership.left_count,
        membership.joined_count - membership.left_count as net_growth,
        membership.member_count,
        membership.present_count,
        membership.speaker_count,
        cast(membership.speaker_count as double) / nullif(membership.present_count, 0)
            as speaking_share,
        coalesce(talk.question_count, 0) as question_count,
        coalesce(talk.answered_count, 0) as answered_count,
        talk.median_reply_seconds,
        membership.buyer_count,
        cast(membership.buyer_count as double) / nullif(membership.present_count, 0)
            as conversion_rate
    from membership
    left join talk
        on membership.chat_id = talk.chat_id and membership.week_on = talk.week_on
)

select * from final
