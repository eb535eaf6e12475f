-- Which categories the same people buy. Lift above 1: together more often than by chance.
-- Grain: one row per pair of categories bought by the same person, in each direction.
with

bought as (
    select distinct
        lines.person_id,
        products.category
    from {{ ref('fct_order_line') }} as lines
    inner join {{ ref('dim_product') }} as products on lines.product_id = products.product_id
    inner join {{ ref('fct_order') }} as orders on lines.order_key = orders.order_key
    where orders.is_paid and lines.person_id is not null
),

everyone as (
    select count(distinct person_id) as buyer_count
    from bought
),

reach as (
    select
        category,
        count(*) as buyer_count
    from bought
    group by category
),

pairs as (
    select
        a.category,
        b.category as other_category,
        count(*) as both_count
    from bought as a
    inner join bought as b on a.person_id = b.person_id and a.category <> b.category
    group by a.category, b.category
),

final as (
    select
        pairs.category,
        pairs.other_category,
        pairs.both_count,
        cast(pairs.both_count as double) / reach.buyer_count as confidence,
        cast(pairs.both_count * everyone.buyer_count as double)
        / (reach.buyer_count * other_reach.buyer_count) as lift
    from pairs
    cross join everyone
    inner join reach on pairs.category = reach.category
    inner join reach as other_reach on pairs.other_category = other_reach.category
)

select * from final
