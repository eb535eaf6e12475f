-- What a person and the brand have put in and taken out of their relation in the last 365 days, by
-- the weights of the macro emotional_weight. Below zero: the brand owes.
-- Grain: one row per person with any of these.
with

moves as (
    select person_id, 'order' as kind, ordered_on as moved_on
    from {{ ref('fct_order') }}
    where is_paid
    union all
    select person_id, 'refund', happened_on
    from {{ ref('fct_payment') }}
    where kind = 'refund'
    union all
    select person_id, 'open', {{ shanghai_day('opened_at') }}
    from {{ ref('fct_message') }}
    where opened_at is not null
    union all
    select person_id, 'speech', sent_on
    from {{ ref('fct_community_message') }}
    where not is_employee
    union all
    select person_id, 'left_group', left_on
    from {{ ref('fct_community') }}
    where left_on is not null
    union all
    select referrer_person_id, 'referral', invited_on
    from {{ ref('fct_referral') }}
    where coalesce(referrer_person_id <> referee_person_id, true)
    union all
    select person_id, opinion, given_on
    from {{ ref('fct_feedback') }}
    union all
    -- A conversation that goes on is not unresolved yet.
    select person_id, case when is_resolved then 'resolved' else 'unresolved' end, started_on
    from {{ ref('fct_service') }}
    where is_resolved or duration_seconds is not null
    union all
    select person_id, 'late_answer', started_on
    from {{ ref('fct_service') }}
    where coalesce(first_response_seconds > {{ var('first_response_seconds') }}, true)
),

weighed as (
    select
        person_id,
        {{ emotional_weight('kind') }} as weight
    from moves
    where
        person_id is not null
        and moved_on > {{ add_days(as_of(), -365) }}
        and moved_on <= {{ as_of() }}
),

final as (
    select
        person_id,
        cast(sum(case when weight > 0 then weight else 0 end) as bigint) as deposits,
        cast(sum(case when weight < 0 then -weight else 0 end) as bigint) as withdrawals,
        cast(sum(weight) as bigint) as balance
    from weighed
    group by person_id
)

select * from final
