-- Products as sold, named as in their newest sale.
-- Grain: one row per product.
with

lines as (
    select
        product_id,
        product_name,
        ordered_on,
        order_key,
        row_number() over (
            partition by product_id order by ordered_on desc, line_key desc
        ) as sale_rank
    from {{ ref('fct_order_line') }}
    where product_id is not null
),

sold as (
    select
        product_id,
        max(case when sale_rank = 1 then product_name end) as name,
        min(ordered_on) as first_sold_on,
        count(distinct order_key) as order_count
    from lines
    group by product_id
),

final as (
    select
        sold.product_id,
        sold.name,
        coalesce(catalogue.category, 'unknown') as category,
        {{ money('catalogue.cost_cny') }} as cost_cny,
        sold.first_sold_on,
        sold.order_count
    from sold
    left join {{ ref('stg_crm__product') }} as catalogue
        on sold.product_id = catalogue.product_id
)

select * from final
