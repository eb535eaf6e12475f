-- Every change of consent, and which one holds now; a doubt counts as revoked.
-- Grain: one row per change and person it counts for; one row without a person when it names nobody.
with

-- The night runs when its business day is over: a withdrawal that is known by then counts at once.
consents as (
    select
        *,
        {{ consent_purpose('purpose') }} as consent_purpose,
        {{ consent_channel('channel') }} as consent_channel,
        {{ consent_status('status') }} as consent_status
    from {{ ref('stg_crm__consent') }}
    where {{ shanghai_day('changed_at') }} <= {{ as_of() }} or {{ consent_status('status') }} = 'revoked'
),

identifiers as (
    select consent_no, 1 as place, 'phone' as id_type, phone as value_key
    from consents
    union all
    select consent_no, 2 as place, 'unionid' as id_type, unionid as value_key
    from consents
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

named as (
    select
        identifiers.consent_no,
        bridge.person_id,
        row_number() over (
            partition by identifiers.consent_no
            order by min(identifiers.place)
        ) as nth
    from identifiers
    inner join bridge
        on
            identifiers.id_type = bridge.id_type
            and bridge.scope = ''
            and identifiers.value_key = bridge.value_key
    where bridge.person_id is not null
    group by identifiers.consent_no, bridge.person_id
),

-- A withdrawal is everybody's whom it names, a grant is one person's.
resolved as (
    select
        consents.*,
        named.person_id,
        coalesce(named.person_id, consents.phone, consents.unionid, consents.consent_no) as holder
    from consents
    left join named
        on
            consents.consent_no = named.consent_no
            and (named.nth = 1 or consents.consent_status = 'revoked')
),

final as (
    select
        consent_no as consent_key,
        person_id,
        consent_purpose as purpose,
        consent_channel as channel,
        consent_status as status,
        changed_at,
        row_number() over (
            partition by holder, consent_purpose, consent_channel
            order by
                changed_at desc,
                case consent_status when 'revoked' then 0 else 1 end,
                consent_no desc
        ) = 1 as is_current
    from resolved
)

select * from final
