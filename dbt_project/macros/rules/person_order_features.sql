{# The part of person_features that comes from paid orders and from money as it moved. A refund
   counts from its own day: the refund total on an order may lie after the cutoff. #}
{% macro person_order_features(cutoffs) -%}
paid_order as (
    select
        person_id,
        order_key,
        platform,
        line_count,
        item_quantity,
        coalesce(paid_on, ordered_on) as day_on,
        case when {{ is_weekend('ordered_on') }} then 1.0 else 0.0 end as at_weekend,
        case when {{ shanghai_hour('ordered_at') }} >= 18 then 1.0 else 0.0 end as in_evening
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
),

purchase_day as (
    select
        person_id,
        day_on,
        {{ days_between('lag(day_on) over (partition by person_id order by day_on)', 'day_on') }}
            as gap_days
    from (select distinct person_id, day_on from paid_order) as bought
),

gap_features as (
    select
        day.person_id,
        cutoff.as_of_on,
        count(*) as purchase_days,
        avg(day.gap_days) as gap_mean_days,
        {{ exact_stddev('day.gap_days') }} as gap_std_days
    from {{ cutoffs }} as cutoff
    inner join purchase_day as day
        on day.day_on <= cutoff.as_of_on
    group by day.person_id, cutoff.as_of_on
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
        on bought.day_on <= cutoff.as_of_on
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
