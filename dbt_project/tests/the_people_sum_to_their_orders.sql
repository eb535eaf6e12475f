-- Law: person_360 holds exactly the net revenue of all orders that have a person.
{{ config(meta = {'dagster': {'ref': {'name': 'person_360'}}}) }}
with

facts as (
    select coalesce(sum(net_revenue_cny), 0) as net_revenue_cny
    from {{ ref('fct_order') }}
    where person_id is not null
),

people as (
    select coalesce(sum(net_revenue_cny), 0) as net_revenue_cny
    from {{ ref('person_360') }}
)

select
    facts.net_revenue_cny,
    people.net_revenue_cny as people_net_revenue_cny
from facts
cross join people
where facts.net_revenue_cny <> people.net_revenue_cny
