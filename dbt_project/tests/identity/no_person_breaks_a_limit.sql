-- max_per_person holds for every person, type and scope, unless somebody decided that a person is
-- several accounts at once, or the limit counts within a window of days only.
{{ config(meta = {'dagster': {'ref': {'name': 'bridge_identity'}}}) }}
select bridge.person_id, bridge.id_type, bridge.scope
from {{ ref('bridge_identity') }} as bridge
inner join {{ source('raw', 'identifier_type') }} as rule on bridge.id_type = rule.id_type
where
    bridge.person_id is not null
    and rule.window_days is null
    and bridge.person_id not in (
        select merged.person_id
        from {{ ref('bridge_identity') }} as merged
        inner join {{ ref('person_decision') }} as decision
            on
                merged.id_type = decision.left_type
                and merged.scope = decision.left_scope
                and merged.value_key = decision.left_key
        where decision.kind = 'merge' and merged.person_id is not null
    )
group by bridge.person_id, bridge.id_type, bridge.scope, rule.max_per_person
having count(*) > rule.max_per_person
