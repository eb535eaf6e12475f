-- Every identifier ever seen, numbered in founder order: the founder of any group of identifiers
-- is its smallest node_id. The number is good for one build only; the key is the identity.
-- Grain: one row per identifier (id_type, scope, value_key).
with

record_identifier as (
    select * from {{ ref('int_identity__record_identifier') }}
),

hub as (
    select * from {{ ref('int_identity__hub') }}
),

node as (
    select
        id_type,
        scope,
        value_key,
        cast(min(first_load_seq) as integer) as first_load_seq,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(count(*) as integer) as record_count
    from record_identifier
    group by id_type, scope, value_key
),

final as (
    select
        row_number() over (
            order by node.first_load_seq, node.id_type, node.scope, node.value_key
        ) - 1 as node_id,
        node.id_type,
        node.scope,
        node.value_key,
        node.first_load_seq,
        node.first_seen_at,
        node.last_seen_at,
        node.record_count,
        hub.shared_load_seq,
        hub.shared_load_seq is not null as is_shared
    from node
    left join hub
        on
            node.id_type = hub.id_type
            and node.scope = hub.scope
            and node.value_key = hub.value_key
)

select * from final
