-- Links that were not followed, and why.
-- Grain: one row per refused link (a_type, a_scope, a_key, b_type, b_scope, b_key).
with

refused as (
    select * from {{ ref('int_identity__resolution') }} where row_kind = 'refused'
),

node as (
    select node_id, id_type, scope, value_key from {{ ref('int_identity__node') }}
),

final as (
    select
        a.id_type as a_type,
        a.scope as a_scope,
        a.value_key as a_key,
        b.id_type as b_type,
        b.scope as b_scope,
        b.value_key as b_key,
        'refused' as decision,
        refused.cause as reason,
        refused.evidence_count,
        refused.load_seq as decided_load_seq
    from refused
    inner join node as a on refused.node_id = a.node_id
    inner join node as b on refused.other_node_id = b.node_id
)

select * from final
