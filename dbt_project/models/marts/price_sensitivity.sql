-- How the quantity of a line answers the price of its product: the slope of ln quantity on ln
-- price over the paid lines, summed in exact decimals so that row order cannot move it. Below -1:
-- sensitive.
-- Real orders mix in wholesale buyers, so it describes; it proves no cause.
-- Grain: one row per product with at least 20 paid lines at two or more prices.
with

points as (
    select
        product_id,
        price_cny,
        quantity,
        cast(ln(cast(price_cny as double)) as decimal(18, 8)) as x,
        cast(ln(cast(quantity as double)) as decimal(18, 8)) as y
    from {{ ref('fct_order_line') }}
    where price_cny > 0 and quantity > 0 and paid_cny > 0
),

sums as (
    select
        product_id,
        count(*) as line_count,
        count(distinct price_cny) as price_count,
        min(price_cny) as lowest_price_cny,
        max(price_cny) as highest_price_cny,
        sum(x) as sx,
        sum(y) as sy,
        sum(x * x) as sxx,
        sum(x * y) as sxy
    from points
    group by product_id
),

slopes as (
    select
        *,
        (cast(line_count * sxy as double) - cast(sx as double) * cast(sy as double))
        / nullif(cast(line_count * sxx as double) - cast(sx as double) * cast(sx as double), 0)
            as elasticity
    from sums
    where line_count >= 20 and price_count >= 2
),

final as (
    select
        product_id,
        line_count,
        price_count,
        lowest_price_cny,
        highest_price_cny,
        elasticity,
        coalesce(elasticity < -1, false) as is_sensitive
    from slopes
)

select * from final
