-- Channel QR codes: where each is shown and for which campaign.
-- Grain: one row per channel code.
with

codes as (
    select * from {{ ref('stg_wecom__channel_code') }}
    where {{ shanghai_day('created_at') }} <= {{ as_of() }}
),

final as (
    select
        code_id,
        name,
        channel as channel_id,
        campaign,
        employee_id,
        creator_id,
        {{ shanghai_day('created_at') }} as created_on
    from codes
)

select * from final
