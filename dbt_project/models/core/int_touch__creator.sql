-- Orders that came through a creator: whom the order's export or the creator's settlement names.
-- The touch has the time of the order. It is the buyer's, or the order's alone where no export tells
-- who bought.
-- Grain: one row per order and creator.
with

named as (
    {% for platform, lines in [
        ('douyin', ref('stg_douyin__order_line')),
        ('xiaohongshu', ref('stg_xiaohongshu__order_line')),
        ('wechat_shop', ref('stg_wechat_shop__order_line')),
    ] -%}
    select
        '{{ platform }}:' || order_no as order_key,
        {% if platform == 'wechat_shop' -%}
        -- The older export names the selling account alone.
        coalesce(creator_id, creator_name) as creator_id,
        {% else -%}
        creator_id,
        {% endif -%}
        load_seq
    from {{ lines }}
    union all
    {% endfor -%}
    select
        platform || ':' || order_no as order_key,
        creator_id,
        load_seq
    from {{ source('raw', 'fed_order') }}
    union all
    select
        platform || ':' || order_no as order_key,
        creator_id,
        load_seq
    from {{ ref('stg_crm__creator_commission') }}
    where {{ shanghai_day('settled_at') }} <= {{ as_of() }}
),

creators as (
    select
        order_key,
        creator_id,
        max(load_seq) as load_seq
    from named
    -- Platforms write 0 where nobody sold the order.
    where creator_id is not null and creator_id <> '0'
    group by order_key, creator_id
),

works as (
    select
        order_key,
        creator_id,
        min(work_key) as work_key
    from {{ ref('fct_commission') }}
    group by order_key, creator_id
),

final as (
    select
        'creator:' || creators.order_key || ':' || creators.creator_id as touch_key,
        orders.order_key,
        orders.person_id,
        orders.ordered_at as touched_at,
        'creator' as channel_id,
        'creator_order' as kind,
        works.work_key as content_id,
        creators.creator_id,
        cast(greatest(orders.changed_load_seq, creators.load_seq) as integer) as changed_load_seq
    from creators
    inner join {{ ref('fct_order') }} as orders on creators.order_key = orders.order_key
    left join works
        on
            creators.order_key = works.order_key
            and creators.creator_id = works.creator_id
)

select * from final
