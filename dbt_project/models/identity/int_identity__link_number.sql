-- Links with node numbers in place of keys: what the resolver reads.
-- Grain: one row per unordered pair of identifiers.
with

link as (
    select * from {{ ref('int_identity__link') }}
),

node as (
    select node_id, id_type, scope, value_key from {{ ref('int_identity__node') }}
),

final as (
    select
        a.node_id as a_id,
        b.node_id as b_id,
        link.trust,
        link.evidence_count,
        link.first_load_seq
    from link
    inner join node as a
        on link.a_type = a.id_type and link.a_scope = a.scope and link.a_key = a.value_key
    inner join node as b
        on link.b_type = b.id_type and link.b_scope = b.scope and link.b_key = b.value_key
)

select * from final
