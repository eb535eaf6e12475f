-- Every person id ever published, translated to the one of today.
-- The identifier that founded a person says where that person is now; a founder that became shared
-- names nobody, and then the first part that left the person stands for it.
-- Grain: one row per person id.
-- depends_on: {{ ref('int_identity__resolution') }}
with

history as (
    select * from {{ identity_state('history') }}
),

published as (
    select person from {{ identity_state('founding') }}
    union
    select person from history where change = 'split'
),

founder as (
    select node.key_hash as person, membership.person as now
    from {{ identity_state('node') }} as node
    inner join {{ identity_state('membership') }} as membership
        on node.node_id = membership.node_id
),

-- The smallest id of several parts, so that every machine picks the same.
successor as (
    select other_person as person, min(person) as next_person
    from history
    where change = 'split'
    group by other_person
),

final as (
    select
        {{ person_id('published.person') }} as person_id,
        {{ person_id('coalesce(own.now, heir.now)') }} as current_person_id,
        coalesce(own.now, heir.now) is not distinct from published.person as is_current
    from published
    left join founder as own on published.person = own.person
    left join successor on published.person = successor.person
    left join founder as heir on successor.next_person = heir.person
)

select * from final
