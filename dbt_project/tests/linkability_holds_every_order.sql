-- Law: linked and not linked together are the orders, in number and in money.
{{ config(meta = {'dagster': {'ref': {'name': 'linkability'}}}) }}
with

facts as (
    select
        platform,
        count(*) as order_count,
        sum(paid_cny) as paid_cny
    from {{ ref('fct_order') }}
    group by platform
),

shares as (
    select
        platform,
        sum(order_count) as order_count,
        sum(paid_cny) as paid_cny
    from {{ ref('linkability') }}
    group by platform
)

select facts.platform
from facts
full join shares on facts.platform = shares.platform
where
    facts.order_count is distinct from shares.order_count
    or facts.paid_cny is distinct from shares.paid_cny
