-- Every change of consent, and which one holds now; a doubt about the order counts as revoked.
-- Grain: one row per change.
with

consents as (
    select
        *,
        {{ first_identifier([('phone', 'phone', "''"), ('unionid', 'unionid', "''")]) }}
    from {{ ref('stg_crm__consent') }}
    where {{ shanghai_day('changed_at') }} <= {{ as_of() }}
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

resolved as (
    select
        consents.consent_no as consent_key,
        bridge.person_id,
        coalesce(bridge.person_id, consents.buyer_value_key, consents.consent_no) as holder,
        {{ consent_purpose('consents.purpose') }} as purpose,
        {{ consent_channel('consents.channel') }} as channel,
        {{ consent_status('consents.status') }} as status,
        consents.changed_at
    from consents
    left join bridge on {{ same_identifier('consents', 'bridge') }}
),

final as (
    select
        consent_key,
        person_id,
        purpose,
        channel,
        status,
        changed_at,
        row_number() over (
            partition by holder, purpose, channel
            order by
                changed_at desc,
                case status when 'revoked' then 0 else 1 end,
                consent_key desc
        ) = 1 as is_current
    from resolved
)

select * from final
