{# The part of person_features that comes from money, events and messages; days, not instants,
   decide what is known: everything loaded by the cutoff day counts, nothing of the next. A refund
   that no bill dates, or whose source int_fact__learned does not list, is known when the newest
   export of its order was loaded: rather too late than too early. #}
{% macro person_activity_features(cutoffs) -%}
load_day as (
    select
        load_seq,
        max(as_of_on) as as_of_on
    from {{ source('ledger', 'load_ledger') }}
    where load_seq > {{ var('history_loads', 1) }}
    group by load_seq
),

known_money as (
    select
        moved.person_id,
        moved.kind,
        moved.amount_cny,
        moved.signed_cny,
        moved.happened_on,
        greatest(
            moved.happened_on,
            coalesce(learned.learned_on, moved.happened_on),
            coalesce(shown.as_of_on, moved.happened_on)
        ) as known_on
    from {{ ref('fct_payment') }} as moved
    left join learned
        on
            learned.kind = case moved.kind when 'payment' then 'order' else 'refund' end
            and learned.fact_key
            = case moved.kind when 'payment' then moved.order_key else moved.payment_key end
    left join {{ ref('fct_order') }} as bought
        on
            moved.order_key = bought.order_key
            and moved.kind = 'refund'
            and (
                not moved.is_dated
                or not (
                    moved.payment_key like 'refund:taobao:%'
                    or moved.payment_key like 'refund:jd:%'
                    or moved.payment_key like 'refund:wechat_pay:%'
                )
            )
    left join load_day as shown
        on bought.load_seq = shown.load_seq
),

money_features as (
    select
        bought.person_id,
        bought.as_of_on,
        coalesce(sum(moved.signed_cny), 0) as monetary_cny,
        {% for days in (30, 90, 180) -%}
        coalesce(sum(
            case
                when moved.happened_on > {{ add_days('bought.as_of_on', -days) }}
                    then moved.signed_cny
            end
        ), 0) as revenue_{{ days }}d_cny,
        {% endfor -%}
        coalesce(sum(case when moved.kind = 'payment' then moved.amount_cny end), 0) as paid_cny,
        coalesce(sum(case when moved.kind = 'refund' then moved.amount_cny end), 0) as refunded_cny
    from order_totals as bought
    left join known_money as moved
        on bought.person_id = moved.person_id and moved.known_on <= bought.as_of_on
    group by bought.person_id, bought.as_of_on
),

known_event as (
    select
        seen.person_id,
        seen.event_on,
        greatest(seen.event_on, coalesce(learned.learned_on, seen.event_on)) as known_on
    from {{ ref('fct_event') }} as seen
    left join learned on learned.kind = 'event' and seen.event_key = learned.fact_key
    where seen.person_id is not null
),

event_features as (
    select
        seen.person_id,
        cutoff.as_of_on,
        {{ days_between('max(seen.event_on)', 'cutoff.as_of_on') }} as days_since_last_event,
        sum(case when seen.event_on > {{ add_days('cutoff.as_of_on', -30) }} then 1 else 0 end)
            as events_30d
    from {{ cutoffs }} as cutoff
    inner join known_event as seen
        on seen.known_on <= cutoff.as_of_on
    group by seen.person_id, cutoff.as_of_on
),

message_open as (
    select
        sent.person_id,
        {{ shanghai_day('sent.opened_at') }} as opened_on,
        greatest(
            {{ shanghai_day('sent.opened_at') }},
            coalesce(learned.learned_on, {{ shanghai_day('sent.opened_at') }})
        ) as known_on
    from {{ ref('fct_message') }} as sent
    left join learned on learned.kind = 'open' and sent.message_key = learned.fact_key
    where sent.opened_at is not null and sent.person_id is not null
),

message_features as (
    select
        opened.person_id,
        cutoff.as_of_on,
        sum(case when opened.opened_on > {{ add_days('cutoff.as_of_on', -30) }} then 1 else 0 end)
            as message_opens_30d,
        sum(case when opened.opened_on > {{ add_days('cutoff.as_of_on', -90) }} then 1 else 0 end)
            as message_opens_90d
    from {{ cutoffs }} as cutoff
    inner join message_open as opened
        on opened.known_on <= cutoff.as_of_on
    group by opened.person_id, cutoff.as_of_on
),

member_number as (
    select
        bridge.person_id,
        min(shown.as_of_on) as learned_on,
        count(*) > count(shown.as_of_on) as with_history
    from {{ ref('bridge_identity') }} as bridge
    left join load_day as shown
        on bridge.first_load_seq = shown.load_seq
    where bridge.id_type = 'member_no' and bridge.person_id is not null
    group by bridge.person_id
),

known_member as (
    select
        person.person_id,
        case
            when member_number.with_history then person.joined_on
            else greatest(person.joined_on, member_number.learned_on)
        end as known_on
    from {{ ref('dim_person') }} as person
    left join member_number
        on person.person_id = member_number.person_id
    where person.joined_on is not null
)
{%- endmacro %}
