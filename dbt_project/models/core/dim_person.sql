-- Every person behind the accounts, with what the sources say about them.
-- Grain: one row per person.
with

identifiers as (
    select
        person_id,
        min(first_seen_at) as first_seen_at,
        count(*) as identifier_count,
        count(case when id_type = 'phone' then 1 end) > 0 as has_phone,
        count(case when id_type = 'unionid' then 1 end) > 0 as has_unionid,
        count(case when id_type = 'external_userid' then 1 end) > 0 as has_wecom
    from {{ ref('bridge_identity') }}
    where person_id is not null and {{ shanghai_day('first_seen_at') }} <= {{ as_of() }}
    group by person_id
),

presence as (
    select * from {{ ref('int_person__presence') }}
),

attributes as (
    select * from {{ ref('int_person__attribute') }}
),

final as (
    select
        identifiers.person_id,
        identifiers.first_seen_at,
        {{ shanghai_day('identifiers.first_seen_at') }} as first_seen_on,
        identifiers.identifier_count,
        coalesce(presence.platform_count, 0) as platform_count,
        identifiers.has_phone,
        identifiers.has_unionid,
        identifiers.has_wecom,
        coalesce(presence.has_oa, false) as has_oa,
        coalesce(presence.has_mini_program, false) as has_mini_program,
        coalesce(attributes.is_member, false) as is_member,
        attributes.member_level,
        cast(attributes.points as bigint) as points,
        {{ shanghai_day('attributes.joined_at') }} as joined_on,
        attributes.birthday,
        cast(extract(month from attributes.birthday) as integer) as birthday_month,
        coalesce(attributes.gender, 'unknown') as gender,
        attributes.province,
        attributes.city,
        coalesce(attributes.is_staff, false) as is_staff
    from identifiers
    left join presence on identifiers.person_id = presence.person_id
    left join attributes on identifiers.person_id = attributes.person_id
)

select * from final
