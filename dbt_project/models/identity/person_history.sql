-- How people came to be: every new person, merge and split, step by step.
-- Grain: one row per change (person_id, change, other_person_id, step_no).
-- depends_on: {{ ref('int_identity__resolution') }}
with

history as (
    select step_no, load_seq, person, change, other_person, cause
    from {{ identity_state('history') }}
    union all
    select step_no, load_seq, person, 'new' as change, null as other_person, 'first_seen' as cause
    from {{ identity_state('founding') }}
),

load as (
    select load_seq, max(as_of_on) as as_of_on
    from {{ source('ledger', 'load_ledger') }}
    group by load_seq
),

final as (
    select
        {{ person_id('history.person') }} as person_id,
        history.change,
        {{ person_id('history.other_person') }} as other_person_id,
        history.cause,
        history.step_no,
        history.load_seq,
        load.as_of_on
    from history
    left join load on history.load_seq = load.load_seq
)

select * from final
