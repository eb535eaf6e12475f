-- Xiaohongshu settlement in the common shape of bills: one movement, taken apart into its kinds.
-- Grain: one row per movement and kind.
with

bill as (
    select
        order_no,
        order_no || ':' || coalesce(after_sale_no, '') || ':'
        || cast(settled_at as varchar) as movement_key,
        coalesce(trade_type, '') as item,
        settled_at as happened_at,
        amount_cny,
        {{ xhs_goes_back('trade_type', 'amount_cny') }} as goes_back,
        coalesce(goods_cny, 0) + coalesce(shipping_cny, 0) as buyer_cny,
        coalesce(platform_subsidy_cny, 0) + coalesce(shipping_subsidy_cny, 0) as subsidy_cny
    from {{ source('typed', 'xhs_settlement') }}
    where order_no is not null
),

final as (
    {% for kind, amount in [
        ('receipt', 'case when goes_back then 0 else buyer_cny end'),
        ('refund', 'case when goes_back then -abs(buyer_cny) else 0 end'),
        ('subsidy', 'case when goes_back then -abs(subsidy_cny) else subsidy_cny end'),
        ('fee', 'amount_cny - case when goes_back then -abs(buyer_cny) - abs(subsidy_cny) '
            ~ 'else buyer_cny + subsidy_cny end'),
    ] -%}
    select
        'xiaohongshu' as bill,
        'xiaohongshu:' || order_no as order_key,
        order_no,
        movement_key,
        '{{ kind }}' as kind,
        item,
        {{ amount }} as amount_cny,
        happened_at,
        true as is_settled,
        false as is_excess
    from bill
    where {{ amount }} <> 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
