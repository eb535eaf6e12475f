"""The whole dbt project on nothing at all, and on a few orders whose figures are known by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.conftest import Build

DAY = date(2026, 8, 17)
AT = "2026-08-10 04:00:00"
ORDERS = {
    "taobao_order": [
        {"order_no": "T1", "buyer_nick": "nick", "status": "交易成功", "paid_cny": "100.00",
         "goods_cny": "90.00", "shipping_cny": "10.00", "ordered_at": AT, "paid_at": AT},
        {"order_no": "T2", "buyer_nick": "nick", "status": "等待买家付款", "paid_cny": "50.00",
         "ordered_at": AT},
        {"order_no": "T3", "buyer_nick": "nick", "status": "交易成功", "paid_cny": "7.00",
         "ordered_at": "2026-08-17 17:00:00", "paid_at": "2026-08-17 17:00:00"},
    ],
    "taobao_order_line": [
        {"line_no": "T1a", "order_no": "T1", "status": "退款成功", "quantity": "1",
         "paid_cny": "90.00", "price_cny": "90.00", "refund_status": "退款成功",
         "refund_cny": "30.00", "product_id": "P1", "ordered_at": AT},
    ],
    "taobao_refund": [
        {"refund_no": "R1", "order_no": "T1", "refund_cny": "20.00", "status": "退款成功",
         "requested_at": AT, "refunded_at": "2026-08-11 04:00:00"},
    ],
    "pdd_order": [
        {"order_no": "260801-1", "status": "已取消，退款成功", "paid_cny": "12.00",
         "received_cny": "15.00", "platform_discount_cny": "3.00", "quantity": "1",
         "after_sale_status": "退款成功"},
    ],
    "jd_order": [
        {"order_no": "J1", "product_id": p, "quantity": "1", "price_cny": "10.00", "status": "完成",
         "payable_cny": "20.00", "shipping_cny": "0", "buyer_pin": "pin", "ordered_at": AT,
         "paid_at": AT} for p in ("a", "b", "c")
    ],
}  # fmt: skip


def test_every_rule_holds_and_every_model_builds_when_no_platform_has_exported_anything(
    build: Build,
) -> None:
    with build(DAY, {}, unit_tests=True) as con:
        assert con.execute("select count(*) from marts.person_360").fetchall() == [(0,)]


def test_orders_of_three_platforms_give_the_figures_counted_by_hand(build: Build) -> None:
    with build(DAY, ORDERS) as con:
        orders = con.execute(
            "select order_key, status, paid_cny, refund_cny, net_revenue_cny, ordered_on"
            " from core.fct_order order by order_key"
        ).fetchall()
        undated = con.execute(
            "select sum(amount_cny) from core.fct_payment where order_key = 'taobao:T1'"
            " and not is_dated"
        ).fetchall()
        lines = con.execute(
            "select paid_cny from core.fct_order_line where order_key = 'jd:J1' order by line_key"
        ).fetchall()
        people = con.execute(
            "select order_count, net_revenue_cny, lifecycle_stage from marts.person_360"
            " order by net_revenue_cny"
        ).fetchall()
    money = Decimal
    day = date(2026, 8, 10)
    assert orders == [
        ("jd:J1", "completed", money("20.00"), money("0.00"), money("20.00"), day),
        ("pdd:260801-1", "cancelled", money("12.00"), money("12.00"), money("0.00"),
         date(2026, 8, 1)),
        ("taobao:T1", "completed", money("100.00"), money("30.00"), money("70.00"), day),
        ("taobao:T2", "unpaid", money("0.00"), money("0.00"), money("0.00"), day),
    ]  # fmt: skip
    assert undated == [(money("10.00"),)]
    assert lines == [(money("6.67"),), (money("6.66"),), (money("6.67"),)]
    assert people == [(1, money("20.00"), "paying"), (1, money("70.00"), "paying")]
