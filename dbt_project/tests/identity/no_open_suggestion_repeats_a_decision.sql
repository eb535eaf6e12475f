-- Law: an open suggestion is between two people of today, and nobody has decided about it before.
{{ config(meta = {'dagster': {'ref': {'name': 'review_queue'}}}) }}
with

queue as (
    select * from {{ ref('review_queue') }} where status = 'open'
),

person as (
    select distinct person_id from {{ ref('bridge_identity') }} where person_id is not null
)

select queue.suggestion_id
from queue
left join person as one on queue.person_id = one.person_id
left join person as other on queue.other_person_id = other.person_id
where
    one.person_id is null
    or other.person_id is null
    or queue.person_id = queue.other_person_id
    or queue.decision_id is not null
