-- What people decided about people, with reason and actor.
-- Grain: one row per decision.
-- depends_on: {{ ref('int_identity__resolution') }}
with

decision as (
    select * from {{ identity_state('decision') }}
),

final as (
    select
        decision_id, batch, kind, reason, actor, after_load_seq, decided_at,
        left_type, left_scope, left_key, left_count,
        right_type, right_scope, right_key, right_count,
        holds
    from decision
)

select * from final
