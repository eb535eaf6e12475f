-- max_per_person holds for every person, type and scope.
{{ config(meta = {'dagster': {'ref': {'name': 'bridge_identity'}}}) }}
select bridge.person_id, bridge.id_type, bridge.scope
from {{ ref('bridge_identity') }} as bridge
inner join {{ source('raw', 'identifier_type') }} as rule on bridge.id_type = rule.id_type
where bridge.person_id is not null
group by bridge.person_id, bridge.id_type, bridge.scope, rule.max_per_person
having count(*) > rule.max_per_person
