-- Which person each identifier names; null for shared ones and types that do not link.
-- Grain: one row per identifier (id_type, scope, value_key).
with

node as (
    select * from {{ ref('int_identity__node') }}
),

member as (
    select node_id, person_id
    from {{ ref('int_identity__resolution') }}
    where row_kind = 'member'
),

identifier_type as (
    select id_type, links from {{ source('raw', 'identifier_type') }}
),

final as (
    select
        node.id_type,
        node.scope,
        node.value_key,
        member.person_id,
        node.first_seen_at,
        node.last_seen_at,
        node.first_load_seq,
        node.record_count,
        node.is_shared,
        identifier_type.links
    from node
    inner join identifier_type on node.id_type = identifier_type.id_type
    left join member on node.node_id = member.node_id
)

select * from final
