-- How the value of a cohort decays, quarter by quarter after its first purchase.
-- Grain: one row per cohort quarter and quarter since.
with

cohort as (
    select
        person_id,
        {{ quarter_of('min(coalesce(paid_on, ordered_on))') }} as cohort_on
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
    group by person_id
),

sizes as (
    select
        cohort_on,
        count(*) as person_count
    from cohort
    group by cohort_on
),

moved as (
    select
        cohort.cohort_on,
        payment.person_id,
        payment.kind,
        payment.signed_cny,
        {{ quarter_of('payment.happened_on') }} as quarter_on
    from cohort
    inner join {{ ref('fct_payment') }} as payment
        on cohort.person_id = payment.person_id
    where payment.happened_on <= {{ as_of() }}
),

spend as (
    select
        cohort_on,
        quarter_on,
        count(distinct case when kind = 'payment' then person_id end) as buyer_count,
        sum(signed_cny) as value_cny
    from moved
    group by cohort_on, quarter_on
),

final as (
    select
        spend.cohort_on,
        cast(({{ months_between_firsts('spend.cohort_on', 'spend.quarter_on') }}) / 3 as integer)
            as quarters_since,
        sizes.person_count,
        spend.buyer_count,
        {{ money('spend.value_cny') }} as value_cny,
        {{ money('spend.value_cny / sizes.person_count') }} as value_per_person_cny,
        round(spend.value_cny / nullif(first_value(spend.value_cny) over (
            partition by spend.cohort_on order by spend.quarter_on
        ), 0), 4) as kept_share
    from spend
    inner join sizes on spend.cohort_on = sizes.cohort_on
)

select * from final
