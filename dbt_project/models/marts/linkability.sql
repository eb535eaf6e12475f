-- How many orders of each platform have a person, by which identifier, and why the rest have none.
-- Grain: one row per platform, outcome and identifier type or reason.
with

orders as (
    select * from {{ ref('fct_order') }}
),

-- The best that any identifier of any row of an order came to.
states as (
    select
        platform || ':' || order_no as order_key,
        min(case state
            when 'masked' then 2
            when 'encrypted' then 3
            when 'damaged' then 4
            when 'blocked' then 5
            when 'invalid' then 6
            when 'empty' then 7
        end) as state_rank
    from {{ source('raw', 'order_identifier') }}
    where state <> 'ok'
    group by platform, order_no
),

bridge as (
    select * from {{ ref('bridge_identity') }}
),

private as (
    select distinct person_id
    from bridge
    where id_type in ('unionid', 'member_no', 'openid', 'external_userid')
),

judged as (
    select
        orders.platform,
        orders.paid_cny,
        orders.person_id is not null as is_linked,
        private.person_id is not null as is_private,
        case
            when orders.person_id is not null then orders.buyer_id_type
            when orders.buyer_value_key is not null then 'shared'
            when states.state_rank is null then 'not_exported'
            {% for state in ['masked', 'encrypted', 'damaged', 'blocked', 'invalid', 'empty'] -%}
            when states.state_rank = {{ loop.index + 1 }} then '{{ state }}'
            {% endfor -%}
        end as reason
    from orders
    left join states on orders.order_key = states.order_key
    left join private on orders.person_id = private.person_id
),

final as (
    select
        platform,
        case when is_linked then 'linked' else 'not_linked' end as outcome,
        reason,
        count(*) as order_count,
        cast(count(*) / nullif(sum(count(*)) over (partition by platform), 0) as decimal(9, 6))
            as order_share,
        count(case when is_private then 1 end) as private_domain_order_count,
        {{ money('sum(paid_cny)') }} as paid_cny
    from judged
    group by platform, is_linked, reason
)

select * from final
