-- Shared identifiers: seen with more identifiers of one other type than hub_limit allows.
-- shared_load_seq is the load whose neighbour was the first one too many.
-- Grain: one row per shared identifier.
with

identifier_type as (
    select id_type, links, hub_limit from {{ source('raw', 'identifier_type') }}
),

link as (
    select a_type, a_scope, a_key, b_type, b_scope, b_key, first_load_seq
    from {{ ref('int_identity__link') }}
    where trust <> 'low' and a_type <> b_type
),

neighbour as (
    select
        a_type as id_type, a_scope as scope, a_key as value_key, b_type as other_type,
        first_load_seq
    from link
    union all
    select b_type, b_scope, b_key, a_type, first_load_seq from link
),

crowded as (
    select
        neighbour.id_type, neighbour.scope, neighbour.value_key, neighbour.other_type,
        one.hub_limit
    from neighbour
    inner join identifier_type as one on neighbour.id_type = one.id_type
    inner join identifier_type as other on neighbour.other_type = other.id_type
    where one.links and other.links
    group by
        neighbour.id_type, neighbour.scope, neighbour.value_key, neighbour.other_type,
        one.hub_limit
    having count(*) > one.hub_limit
),

ordered as (
    select
        crowded.*,
        neighbour.first_load_seq,
        row_number() over (
            partition by crowded.id_type, crowded.scope, crowded.value_key, crowded.other_type
            order by neighbour.first_load_seq
        ) as position
    from crowded
    inner join neighbour using (id_type, scope, value_key, other_type)
),

final as (
    select id_type, scope, value_key, min(first_load_seq) as shared_load_seq
    from ordered
    where position = hub_limit + 1
    group by id_type, scope, value_key
)

select * from final
