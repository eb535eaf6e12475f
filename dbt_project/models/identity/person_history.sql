-- How people came to be: every new person, merge and split, night by night.
-- Grain: one row per change (person_id, change, other_person_id, load_seq).
with

history as (
    select * from {{ ref('int_identity__resolution') }} where row_kind = 'history'
),

load as (
    select load_seq, max(as_of_on) as as_of_on
    from {{ source('ledger', 'load_ledger') }}
    group by load_seq
),

final as (
    select
        history.person_id,
        history.change,
        history.other_person_id,
        history.cause,
        history.load_seq,
        load.as_of_on
    from history
    left join load on history.load_seq = load.load_seq
)

select * from final
