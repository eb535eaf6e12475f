-- What a piece of content reached and, where its readers are known, what they bought within 7 days
-- of opening it. Readers are known for articles that went out as messages (same title, same day).
-- Grain: one row per work, note or article.
with

content as (
    select * from {{ ref('fct_content') }}
),

opens as (
    select
        content.content_key,
        messages.person_id,
        messages.opened_at
    from content
    inner join {{ ref('fct_message') }} as messages
        on content.title = messages.title and content.published_on = messages.sent_on
    where content.platform = 'wechat_oa' and messages.opened_at is not null
),

readers as (
    select
        content_key,
        count(*) as known_open_count
    from opens
    group by content_key
),

brought as (
    select distinct
        opens.content_key,
        orders.order_key,
        orders.contribution_cny,
        orders.net_revenue_cny
    from opens
    inner join {{ ref('fct_order') }} as placed
        on
            opens.person_id = placed.person_id
            and placed.ordered_at between opens.opened_at and opens.opened_at + interval '168' hour
    inner join {{ ref('int_order__contribution') }} as orders on placed.order_key = orders.order_key
),

sold as (
    select
        content_key,
        count(*) as order_count,
        sum(net_revenue_cny) as net_revenue_cny,
        sum(contribution_cny) as contribution_cny
    from brought
    group by content_key
),

final as (
    select
        content.content_key,
        content.platform,
        content.title,
        content.format,
        content.published_on,
        content.views,
        content.engagements,
        cast(content.engagements as double) / nullif(content.views, 0) as engagement_rate,
        content.new_followers,
        coalesce(readers.known_open_count, 0) as known_open_count,
        coalesce(sold.order_count, 0) as order_count,
        {{ money('coalesce(sold.net_revenue_cny, 0)') }} as net_revenue_cny,
        {{ money('coalesce(sold.contribution_cny, 0)') }} as contribution_cny,
        {{ money('1000 * sold.net_revenue_cny / nullif(content.views, 0)') }}
            as net_revenue_per_thousand_views_cny
    from content
    left join readers on content.content_key = readers.content_key
    left join sold on content.content_key = sold.content_key
)

select * from final
