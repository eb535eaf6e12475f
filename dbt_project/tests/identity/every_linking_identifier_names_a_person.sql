-- A linking, unshared identifier names a person; a shared or non-linking one names nobody.
{{ config(meta = {'dagster': {'ref': {'name': 'bridge_identity'}}}) }}
select id_type, scope, value_key
from {{ ref('bridge_identity') }}
where (person_id is not null) <> (links and not is_shared)
