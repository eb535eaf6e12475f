-- Law: marts that tell the same thing tell the same figure, and it is that of the facts: net
-- revenue by day, month, person and bill; sessions, messages, coupons, spend, creators, service.
{{ config(meta = {'dagster': {'ref': {'name': 'daily_kpi'}}}) }}
{% set revenue = 'select sum(net_revenue_cny) from ' ~ ref('fct_order') ~ ' where is_paid' -%}
{% set laws = {
    'net revenue: facts, AARRR': [revenue, 'select sum(net_revenue_cny) from ' ~ ref('aarrr')],
    'net revenue: facts, first-party share':
        [revenue, 'select sum(net_revenue_cny) from ' ~ ref('first_party_share')],
    'net revenue of people: facts, RFM': [
        revenue ~ ' and person_id is not null', 'select sum(monetary_cny) from ' ~ ref('rfm')],
    'net revenue of billed orders: facts, reconciliation': [
        'select sum(net_revenue_cny) from ' ~ ref('fct_order') ~ ' where order_key in (select order_key from '
            ~ ref('reconciliation') ~ ')',
        'select sum(order_net_cny) from ' ~ ref('reconciliation')],
    'net revenue of billed orders: reconciliation, its days': [
        'select sum(order_net_cny) from ' ~ ref('reconciliation'),
        'select sum(order_net_cny) from ' ~ ref('reconciliation_daily')],
    'sessions: facts, days': ['select count(*) from ' ~ ref('fct_session'),
        'select sum(session_count) from ' ~ ref('daily_kpi')],
    'people: dimension, lifecycle': ['select count(*) from ' ~ ref('dim_person'),
        'select count(*) from ' ~ ref('lifecycle')],
    'messages: facts, campaigns': ['select count(*) from ' ~ ref('fct_message'),
        'select sum(sent_count) from ' ~ ref('campaign')],
    'coupons: facts, batches': ['select count(*) from ' ~ ref('fct_coupon'),
        'select sum(issued_count) from ' ~ ref('coupon')],
    'net revenue of orders with a coupon: facts, batches': [
        'select sum(net_revenue_cny) from ' ~ ref('fct_order') ~ ' where order_key in (select order_key from '
            ~ ref('fct_coupon') ~ ' where order_key is not null)',
        'select sum(net_revenue_cny) from ' ~ ref('coupon')],
    'spend: facts, channels': ['select sum(spend_cny) from ' ~ ref('fct_channel_spend'),
        'select sum(spend_cny) from ' ~ ref('channel_roi')],
    'commissions: facts, creators': ['select sum(commission_cny) from ' ~ ref('fct_commission'),
        'select sum(commission_cny) from ' ~ ref('kol_roi')],
    'fees: facts, creators': ['select sum(fee_cny) from ' ~ ref('fct_creator_work'),
        'select sum(fee_cny) from ' ~ ref('kol_roi')],
    'conversations: facts, service': ['select count(*) from ' ~ ref('fct_service'),
        'select sum(conversation_count) from ' ~ ref('service')],
    'answers: facts, NPS': ['select count(*) from ' ~ ref('fct_feedback'),
        'select sum(answer_count) from ' ~ ref('nps')],
    'invitations: facts, chains': ['select count(*) from ' ~ ref('fct_referral'),
        'select count(*) from ' ~ ref('referral_chain')],
    'accepted invitations: chains, referral': [
        'select count(*) from ' ~ ref('referral_chain') ~ ' where depth is not null',
        'select sum(accepted_count) from ' ~ ref('referral')],
    'contribution of people: orders, value': [
        'select sum(contribution_cny) from ' ~ ref('int_order__contribution') ~ ' where person_id is not null',
        'select sum(base_value_cny) from ' ~ ref('customer_value')],
} -%}
with

laws as (
    {% for law, sides in laws.items() %}
    select
        '{{ law }}' as law,
        coalesce(({{ sides[0] }}), 0) as one_side,
        coalesce(({{ sides[1] }}), 0) as other_side
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from laws
where one_side <> other_side
