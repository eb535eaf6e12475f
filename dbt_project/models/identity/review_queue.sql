-- Pairs of people who are probably one, for somebody to accept or reject; nothing merges by itself.
-- Grain: one row per suggestion, that is per pair of people.
with

suggestion as (
    select * from {{ ref('int_identity__suggestion') }}
),

decision as (
    select decision_id, reason, actor, decided_at from {{ ref('person_decision') }}
),

final as (
    select
        suggestion.suggestion_id,
        suggestion.person_id,
        suggestion.other_person_id,
        suggestion.probability,
        suggestion.band,
        suggestion.agreement,
        suggestion.evidence,
        suggestion.other_evidence,
        suggestion.status,
        suggestion.verdict,
        suggestion.is_bulk,
        suggestion.decision_id,
        decision.reason,
        decision.actor,
        decision.decided_at,
        suggestion.weight,
        suggestion.model_version
    from suggestion
    left join decision on suggestion.decision_id = decision.decision_id
)

select * from final
