-- The evidence that holds people together: links between identifiers of one person.
-- A walk over these rows leads from any identifier of a person to any other.
-- Grain: one row per pair of identifiers that stood together in records and share a person.
-- depends_on: {{ ref('int_identity__resolution') }}
with

pair as (
    select
        anchor_id, node_id, greatest(anchor_trust, trust) as trust, load_seq, seen_at, source_id
    from {{ identity_state('pair') }}
    where node_id <> anchor_id and greatest(anchor_trust, trust) < 3
),

node as (
    select
        node.node_id, id_group.id_type, id_group.scope, node.value_key, node.key_hash,
        membership.person
    from {{ identity_state('node') }} as node
    inner join {{ identity_state('membership') }} as membership
        on node.node_id = membership.node_id
    inner join {{ identity_state('id_group') }} as id_group
        on node.group_id = id_group.group_id
),

-- An anchor differs from record to record, so the same two may stand either way round.
turned as (
    select
        case when a.key_hash < b.key_hash then a.node_id else b.node_id end as a_id,
        case when a.key_hash < b.key_hash then b.node_id else a.node_id end as b_id,
        a.person, pair.trust, pair.load_seq, pair.seen_at, source.source
    from pair
    inner join node as a on pair.anchor_id = a.node_id
    inner join node as b on pair.node_id = b.node_id and a.person = b.person
    inner join {{ identity_state('source') }} as source
        on pair.source_id = source.source_id
),

link as (
    select
        a_id, b_id, person,
        case min(trust) when 1 then 'high' else 'medium' end as trust,
        cast(count(*) as integer) as evidence_count,
        min(load_seq) as first_load_seq,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at,
        {{ distinct_list('source') }} as sources
    from turned
    group by a_id, b_id, person
),

final as (
    select
        {{ person_id('link.person') }} as person_id,
        a.id_type as a_type,
        a.scope as a_scope,
        a.value_key as a_key,
        b.id_type as b_type,
        b.scope as b_scope,
        b.value_key as b_key,
        link.trust,
        link.evidence_count,
        link.first_load_seq,
        link.first_seen_at,
        link.last_seen_at,
        link.sources
    from link
    inner join node as a on link.a_id = a.node_id
    inner join node as b on link.b_id = b.node_id
)

select * from final
