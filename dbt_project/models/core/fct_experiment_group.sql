-- Who was put into which group of which experiment. A person with several member numbers counts
-- once, in the group of the first.
-- Grain: one row per experiment and person.
with

groups as (
    select * from {{ ref('stg_crm__experiment_group') }}
    where {{ shanghai_day('assigned_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
    where id_type = 'member_no' and scope = ''
),

ranked as (
    select
        groups.experiment,
        bridge.person_id,
        case groups.variant when '试验组' then 'treatment' when '对照组' then 'control' end
            as variant,
        groups.assigned_at,
        row_number() over (
            partition by groups.experiment, bridge.person_id
            order by groups.assigned_at, groups.member_no
        ) as place
    from groups
    inner join bridge on groups.member_no = bridge.value_key
),

final as (
    select
        experiment || ':' || person_id as experiment_group_key,
        experiment,
        person_id,
        variant,
        assigned_at,
        {{ shanghai_day('assigned_at') }} as assigned_on
    from ranked
    where place = 1
)

select * from final
