-- Where a person has been met: shops they ordered in, the Mini Program, the Official Account.
-- Grain: one row per person met anywhere.
with

meetings as (
    select distinct
        person_id,
        platform
    from {{ ref('fct_order') }}
    union
    select distinct
        person_id,
        'mini_program' as platform
    from {{ ref('fct_event') }}
    union
    select distinct
        bridge.person_id,
        'wechat_oa' as platform
    from {{ ref('stg_wechat_oa__follower') }} as follower
    inner join {{ ref('bridge_identity') }} as bridge
        on
            bridge.id_type = 'openid'
            and follower.appid = bridge.scope
            and follower.openid = bridge.value_key
    where follower.is_subscribed
    union
    select distinct
        bridge.person_id,
        'wecom' as platform
    from {{ ref('bridge_identity') }} as bridge
    where bridge.id_type = 'external_userid'
),

final as (
    select
        person_id,
        count(*) as platform_count,
        count(case when platform = 'wechat_oa' then 1 end) > 0 as has_oa,
        count(case when platform = 'mini_program' then 1 end) > 0 as has_mini_program
    from meetings
    where person_id is not null
    group by person_id
)

select * from final
