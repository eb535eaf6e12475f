-- What the cohorts paid, quarter by quarter, is the money of every buyer: nothing lost or twice.
{{ config(meta = {'dagster': {'ref': {'name': 'value_decay'}}}) }}
with

decay as (
    select sum(value_cny) as value_cny from {{ ref('value_decay') }}
),

money as (
    select sum(signed_cny) as value_cny
    from {{ ref('fct_payment') }}
    where person_id is not null and happened_on <= {{ as_of() }}
),

final as (
    select
        decay.value_cny as cohort_cny,
        money.value_cny as money_cny
    from decay
    cross join money
)

select * from final
where coalesce(cohort_cny, 0) <> coalesce(money_cny, 0)
