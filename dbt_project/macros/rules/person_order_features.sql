{# The part of person_features that comes from paid orders. What counts at a cutoff is what was
   known then: an order learned after it is not there, whatever day it speaks of. Windows and gaps
   are taken over the days on which things happened. #}
{% macro person_order_features(cutoffs) -%}
learned as (
    select * from {{ ref('int_fact__learned') }}
),

paid_order as (
    select
        bought.person_id,
        bought.order_key,
        bought.platform,
        bought.line_count,
        bought.item_quantity,
        coalesce(bought.paid_on, bought.ordered_on) as day_on,
        greatest(
            coalesce(bought.paid_on, bought.ordered_on),
            coalesce(learned.learned_on, bought.paid_on, bought.ordered_on)
        ) as known_on,
        case when {{ is_weekend('bought.ordered_on') }} then 1.0 else 0.0 end as at_weekend,
        case when {{ shanghai_hour('bought.ordered_at') }} >= 18 then 1.0 else 0.0 end as in_evening
    from {{ ref('fct_order') }} as bought
    left join learned on learned.kind = 'order' and bought.order_key = learned.fact_key
    where bought.is_paid and bought.person_id is not null
),

known_day as (
    select distinct
        bought.person_id,
        cutoff.as_of_on,
        bought.day_on
    from {{ cutoffs }} as cutoff
    inner join paid_order as bought
        on bought.known_on <= cutoff.as_of_on
),

day_gap as (
    select
        person_id,
        as_of_on,
        {{ days_between(
            'lag(day_on) over (partition by person_id, as_of_on order by day_on)', 'day_on'
        ) }} as gap_days
    from known_day
),

gap_features as (
    select
        person_id,
        as_of_on,
        count(*) as purchase_days,
        avg(gap_days) as gap_mean_days,
        {{ exact_stddev('gap_days') }} as gap_std_days
    from day_gap
    group by person_id, as_of_on
),

order_totals as (
    select
        bought.person_id,
        cutoff.as_of_on,
        {{ days_between('max(bought.day_on)', 'cutoff.as_of_on') }} as recency_days,
        {{ days_between('min(bought.day_on)', 'cutoff.as_of_on') }} as tenure_days,
        count(*) as frequency,
        {% for days in (30, 90, 180) -%}
        sum(case when bought.day_on > {{ add_days('cutoff.as_of_on', -days) }} then 1 else 0 end)
            as orders_{{ days }}d,
        {% endfor -%}
        count(distinct bought.platform) as platform_count,
        sum(bought.line_count) as line_count,
        sum(bought.item_quantity) as item_count,
        avg(bought.at_weekend) as weekend_share,
        avg(bought.in_evening) as evening_share
    from {{ cutoffs }} as cutoff
    inner join paid_order as bought
        on bought.known_on <= cutoff.as_of_on
    group by bought.person_id, cutoff.as_of_on
),

order_features as (
    select
        total.*,
        gap.purchase_days,
        gap.gap_mean_days,
        gap.gap_std_days
    from order_totals as total
    inner join gap_features as gap
        on total.person_id = gap.person_id and total.as_of_on = gap.as_of_on
)
{%- endmacro %}
