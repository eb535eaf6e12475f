-- Which person each identifier names; null for shared ones and types that do not link.
-- A view: the state changes in one transaction, so a reader sees the last night or tonight, whole.
-- Grain: one row per identifier (id_type, scope, value_key).
-- depends_on: {{ ref('int_identity__resolution') }}
with

node as (
    select * from {{ identity_state('node') }}
),

membership as (
    select * from {{ identity_state('membership') }}
),

id_group as (
    select * from {{ identity_state('id_group') }}
),

identifier_type as (
    select id_type, links from {{ source('raw', 'identifier_type') }}
),

final as (
    select
        id_group.id_type,
        id_group.scope,
        node.value_key,
        {{ person_id('membership.person') }} as person_id,
        node.first_seen_at,
        node.last_seen_at,
        node.first_load_seq,
        node.record_count,
        membership.shared_load_seq is not null as is_shared,
        membership.shared_load_seq,
        identifier_type.links
    from node
    inner join membership on node.node_id = membership.node_id
    inner join id_group on node.group_id = id_group.group_id
    inner join identifier_type on id_group.id_type = identifier_type.id_type
)

select * from final
