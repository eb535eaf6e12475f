{# The part of person_features that comes from money, events and messages; days, not instants,
   decide what is known: everything of the cutoff day counts, nothing of the next. #}
{% macro person_activity_features(cutoffs) -%}
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
    left join {{ ref('fct_payment') }} as moved
        on bought.person_id = moved.person_id and moved.happened_on <= bought.as_of_on
    group by bought.person_id, bought.as_of_on
),

event_features as (
    select
        seen.person_id,
        cutoff.as_of_on,
        {{ days_between('max(seen.event_on)', 'cutoff.as_of_on') }} as days_since_last_event,
        sum(case when seen.event_on > {{ add_days('cutoff.as_of_on', -30) }} then 1 else 0 end)
            as events_30d
    from {{ cutoffs }} as cutoff
    inner join {{ ref('fct_event') }} as seen
        on seen.event_on <= cutoff.as_of_on
    where seen.person_id is not null
    group by seen.person_id, cutoff.as_of_on
),

message_open as (
    select
        person_id,
        {{ shanghai_day('opened_at') }} as opened_on
    from {{ ref('fct_message') }}
    where opened_at is not null and person_id is not null
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
        on opened.opened_on <= cutoff.as_of_on
    group by opened.person_id, cutoff.as_of_on
)
{%- endmacro %}
