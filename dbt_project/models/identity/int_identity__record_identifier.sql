-- The identifiers of each record, and which one of them anchors it.
-- Grain: one row per record and identifier.
with

observation as (
    select source, record_key, id_type, scope, value_key, trust, load_seq, seen_at
    from {{ source('raw', 'identifier_observation') }}
    where value_key is not null
),

identifier_type as (
    select id_type, priority, links from {{ source('raw', 'identifier_type') }}
),

member as (
    select
        record_key,
        source,
        id_type,
        scope,
        value_key,
        min(case trust when 'high' then 1 when 'medium' then 2 else 3 end) as trust_rank,
        min(load_seq) as first_load_seq,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from observation
    group by record_key, source, id_type, scope, value_key
),

final as (
    select
        member.record_key,
        member.source,
        member.id_type,
        member.scope,
        member.value_key,
        identifier_type.priority,
        member.trust_rank,
        member.first_load_seq,
        member.first_seen_at,
        member.last_seen_at,
        row_number() over (
            partition by member.record_key
            order by
                case when identifier_type.links and member.trust_rank < 3 then 0 else 1 end,
                member.first_load_seq,
                identifier_type.priority,
                member.scope,
                member.value_key
        ) = 1 as is_anchor
    from member
    inner join identifier_type on member.id_type = identifier_type.id_type
)

select * from final
