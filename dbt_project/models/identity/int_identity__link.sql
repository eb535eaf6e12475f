-- Which identifiers stood together in records, and how often.
-- Each record is a star: its other identifiers are linked to its anchor, the strongest linking
-- identifier of the record's first load, so that a later load adds links and never moves one.
-- Grain: one row per unordered pair of identifiers; a is the more trusted type.
with

member as (
    select * from {{ ref('int_identity__record_identifier') }}
),

anchor as (
    select record_key, id_type, scope, value_key, priority, trust_rank, first_load_seq,
        first_seen_at, last_seen_at
    from member
    where is_anchor
),

evidence as (
    select
        member.source,
        (member.priority, member.scope, member.value_key)
        < (anchor.priority, anchor.scope, anchor.value_key) as is_flipped,
        anchor.id_type as anchor_type,
        anchor.scope as anchor_scope,
        anchor.value_key as anchor_key,
        member.id_type,
        member.scope,
        member.value_key,
        greatest(anchor.trust_rank, member.trust_rank) as trust_rank,
        greatest(anchor.first_load_seq, member.first_load_seq) as load_seq,
        greatest(anchor.first_seen_at, member.first_seen_at) as first_seen_at,
        greatest(anchor.last_seen_at, member.last_seen_at) as last_seen_at
    from member
    inner join anchor on member.record_key = anchor.record_key
    where not member.is_anchor
),

-- Evidence that may not link (trust_rank 3) counts only where there is no better.
final as (
    select
        case when is_flipped then id_type else anchor_type end as a_type,
        case when is_flipped then scope else anchor_scope end as a_scope,
        case when is_flipped then value_key else anchor_key end as a_key,
        case when is_flipped then anchor_type else id_type end as b_type,
        case when is_flipped then anchor_scope else scope end as b_scope,
        case when is_flipped then anchor_key else value_key end as b_key,
        cast(coalesce(nullif(sum(case when trust_rank < 3 then 1 else 0 end), 0), count(*))
            as integer) as evidence_count,
        cast(coalesce(min(case when trust_rank < 3 then load_seq end), min(load_seq))
            as integer) as first_load_seq,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        case min(trust_rank) when 1 then 'high' when 2 then 'medium' else 'low' end as trust,
        {{ distinct_list('source') }} as sources
    from evidence
    group by 1, 2, 3, 4, 5, 6
)

select * from final
