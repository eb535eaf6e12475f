-- One answer for each attribute of a person: the best source, then the newest record, decides.
-- Grain: one row per person of whom a source says something.
with

profiles as (
    select
        profile.*,
        bridge.person_id
    from {{ ref('int_person__profile') }} as profile
    inner join {{ ref('bridge_identity') }} as bridge
        on {{ same_identifier('profile', 'bridge') }}
    where bridge.person_id is not null
),

ranked as (
    select
        person_id,
        is_staff,
        source_rank,
        {% for column in [
            'member_level', 'points', 'joined_at', 'birthday', 'gender', 'province', 'city'
        ] -%}
        first_value({{ column }} ignore nulls) over best as {{ column }},
        {% endfor -%}
        row_number() over best as profile_rank
    from profiles
    window best as (
        partition by person_id
        order by source_rank asc, known_at desc nulls last, buyer_value_key asc
        rows between unbounded preceding and unbounded following
    )
),

final as (
    select
        person_id,
        bool_or(is_staff) as is_staff,
        min(source_rank) = 1 as is_member,
        {% for column in [
            'member_level', 'points', 'joined_at', 'birthday', 'gender', 'province', 'city'
        ] -%}
    max(case when profile_rank = 1 then {{ column }} end) as {{ column }}
    {{- ',' if not loop.last }}
    {% endfor %}
    from ranked
    group by person_id
)

select * from final
