-- What the sources say about a person beside what they did: membership, birthday, gender, place.
-- Grain: one row per identifier and source record.
with

final as (
    select
        'member_no' as buyer_id_type,
        '' as buyer_scope,
        member_no as buyer_value_key,
        1 as source_rank,
        joined_at as known_at,
        level as member_level,
        points,
        joined_at,
        birthday,
        {{ gender('gender') }} as gender,
        province,
        city,
        coalesce(level like '%员工%' or join_channel like '%员工%', false) as is_staff
    from {{ ref('stg_crm__member') }}
    where {{ shanghai_day('joined_at') }} <= {{ as_of() }}
    union all
    select
        'phone', '', customer_phone, 2, became_customer_at, null, null, null, birthday,
        {{ gender('gender') }}, null, null, false
    from {{ ref('stg_youzan__customer') }}
    where {{ shanghai_day('became_customer_at') }} <= {{ as_of() }}
    union all
    select
        'external_userid', corp_id, external_userid, 3, added_at, null, null, null, null,
        {{ gender('gender') }}, null, null, false
    from {{ ref('stg_wecom__contact') }}
    where {{ shanghai_day('added_at') }} <= {{ as_of() }}
    union all
    select
        'openid', appid, openid, 4, subscribed_at, null, null, null, null,
        {{ gender('gender') }}, province, city, false
    from {{ ref('stg_wechat_oa__follower') }}
)

select * from final
