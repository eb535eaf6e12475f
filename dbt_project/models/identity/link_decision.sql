-- Links that were not followed, and why.
-- Grain: one row per refused link (a_type, a_scope, a_key, b_type, b_scope, b_key).
-- depends_on: {{ ref('int_identity__resolution') }}
with

refused as (
    select * from {{ identity_state('refused') }}
),

node as (
    select node.node_id, id_group.id_type, id_group.scope, node.value_key
    from {{ identity_state('node') }} as node
    inner join {{ identity_state('id_group') }} as id_group
        on node.group_id = id_group.group_id
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
        refused.reason,
        refused.evidence_count,
        refused.decided_load_seq
    from refused
    inner join node as a on refused.a_id = a.node_id
    inner join node as b on refused.b_id = b.node_id
)

select * from final
