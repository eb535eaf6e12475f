-- A person of tonight was new once, or came out of a split.
{{ config(meta = {'dagster': {'ref': {'name': 'person_history'}}}) }}
select distinct bridge.person_id
from {{ ref('bridge_identity') }} as bridge
left join {{ ref('person_history') }} as history
    on bridge.person_id = history.person_id and history.change in ('new', 'split')
where bridge.person_id is not null and history.person_id is null
