"""Orders against bills and orders against identity, on rows whose answers are counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.conftest import Build

DAY = date(2026, 8, 17)
PAID = "2026-07-01 04:00:00"
DONE = "2026-07-10 04:00:00"
LATE = "2026-08-16 04:00:00"


def jd_order(number: str, paid: str, **more: str) -> dict[str, str]:
    return {
        "order_no": number, "product_id": "p", "quantity": "1", "price_cny": paid, "status": "完成",
        "payable_cny": paid, "shipping_cny": "0", "buyer_pin": f"pin{number}", "ordered_at": PAID,
        "paid_at": PAID, "completed_at": DONE, **more,
    }  # fmt: skip


def jd_bill(
    number: str, fee: str, amount: str, direction: str = "收入", **more: str
) -> dict[str, str]:
    return {
        "order_no": number, "product_id": "p", "fee_name": fee, "amount_cny": amount,
        "direction": direction, "ordered_at": PAID, "completed_at": DONE, "settled_at": DONE,
        "billed_at": DONE, "settlement_status": "已结算", **more,
    }  # fmt: skip


def shop_order(number: str, paid: str, **more: str) -> dict[str, str]:
    return {
        "order_no": number, "product_id": "p", "quantity": "1", "status": "已完成",
        "goods_cny": paid, "paid_cny": paid, "shipping_cny": "0", "price_cny": paid,
        "line_paid_cny": paid, "refund_cny": "0", "ordered_at": PAID, "paid_at": PAID,
        "transaction_no": f"tx{number}", **more,
    }  # fmt: skip


def pay(number: str, status: str = "SUCCESS", **more: str) -> dict[str, str]:
    return {
        "transaction_no": f"tx{number}", "merchant_order_no": number, "appid": "wx1",
        "openid": f"open{number}", "trade_status": status, "happened_at": PAID, "fee_rate": "0.006",
        "settled_cny": "0", "refund_cny": "0", "order_cny": "0", **more,
    }  # fmt: skip


ROWS = {
    "jd_order": [
        jd_order("fine", "100.00"),
        jd_order("twice", "100.00"),
        jd_order("gone", "40.00"),
        jd_order("young", "60.00", completed_at=LATE),
        jd_order("promised", "70.00"),
        jd_order("short", "80.00"),
        jd_order("masked", "5.00", buyer_pin=None, _flags="receiver_phone:masked"),
    ],
    "jd_settlement": [
        jd_bill("fine", "货款", "100.00"),
        jd_bill("fine", "佣金", "5.00", "支出"),
        jd_bill("fine", "平台券补贴", "3.00"),
        jd_bill("twice", "货款", "100.00"),
        jd_bill("twice", "佣金", "5.00", "支出"),
        jd_bill("twice", "佣金", "5.00", "支出", billed_at="2026-07-11 04:00:00"),
        jd_bill("promised", "货款", "70.00", settlement_status="待结算", settled_at=None,
                due_at="2026-08-18 04:00:00"),
        jd_bill("short", "货款", "79.99"),
        jd_bill("stray", "货款", "9.00"),
        jd_bill("masked", "货款", "5.00"),
    ],
    "wechat_shop_order": [
        shop_order("w1", "200.00"),
        shop_order("w2", "50.00", refund_cny="50.00"),
        shop_order("w3", "30.00"),
    ],
    "wechat_pay_bill": [
        pay("w1", settled_cny="200.00", order_cny="200.00", fee_cny="1.20"),
        pay("w1", "REFUND", refund_no="r1", refund_cny="20.00", fee_cny="-0.12",
            refund_status="SUCCESS"),
        pay("w2", settled_cny="50.00", order_cny="50.00", fee_cny="0.30"),
        pay("w3", settled_cny="30.00", order_cny="30.00", fee_cny="0.36"),
    ],
    "taobao_order": [
        {"order_no": "t1", "buyer_nick": "nick", "status": "交易成功", "paid_cny": "90.00",
         "goods_cny": "90.00", "shipping_cny": "0", "ordered_at": PAID, "paid_at": PAID},
    ],
    "alipay_settlement": [
        {"statement_no": "a1", "order_no": "t1", "business_type": "交易付款", "income_cny": "90.00",
         "happened_at": DONE},
        {"statement_no": "a2", "order_no": "t1", "business_type": "服务费", "expense_cny": "-1.80",
         "happened_at": DONE},
    ],
    "pdd_order": [
        {"order_no": "260701-1", "status": "已收货", "paid_cny": "12.00", "received_cny": "15.00",
         "platform_discount_cny": "3.00", "quantity": "1", "ordered_at": PAID},
    ],
    "pdd_settlement": [
        {"order_no": "260701-1", "income_cny": "12.00", "description": "0010002|交易收入-订单收入",
         "happened_at": DONE},
        {"order_no": "260701-1", "income_cny": "3.00", "description": "0020001|优惠券结算",
         "happened_at": DONE},
        {"order_no": "260701-1", "expense_cny": "-0.07", "description": "0040001|技术服务费",
         "happened_at": DONE},
    ],
}  # fmt: skip


def test_every_order_is_explained_to_the_cent_and_the_rest_is_named(build: Build) -> None:
    marts = ("+reconciliation", "+reconciliation_daily", "+linkability")
    with build(DAY, ROWS, *marts) as con:
        found = {
            row[0]: row[1:]
            for row in con.execute(
                "select order_key, outcome, reason, difference_cny, fee_cny, subsidy_cny, timing_cny,"
                " unexplained_cny from marts.reconciliation"
            ).fetchall()
        }
        days = con.execute(
            "select sum(order_count), sum(unexplained_count), sum(unexplained_cny)"
            " from marts.reconciliation_daily where platform = 'jd'"
        ).fetchall()
        links = con.execute(
            "select platform, outcome, reason, order_count from marts.linkability order by all"
        ).fetchall()

    def row(outcome: str, reason: str | None, *amounts: str) -> tuple:
        return (outcome, reason, *map(Decimal, amounts))

    # difference = fee + subsidy + timing + unexplained
    assert found == {
        "jd:fine": row("explained", "subsidy", "-2.00", "-5.00", "3.00", "0", "0"),
        "jd:twice": row("unexplained", "fee_too_high", "-10.00", "-5.00", "0", "0", "-5.00"),
        "jd:gone": row("unexplained", "receipt_missing", "-40.00", "0", "0", "0", "-40.00"),
        "jd:young": row("explained", "timing", "-60.00", "0", "0", "-60.00", "0"),
        "jd:promised": row("explained", "timing", "-70.00", "0", "0", "-70.00", "0"),
        "jd:short": row("unexplained", "receipt_differs", "-0.01", "0", "0", "0", "-0.01"),
        "jd:stray": row("unexplained", "order_missing", "9.00", "0", "0", "0", "9.00"),
        "jd:masked": row("matched", None, "0", "0", "0", "0", "0"),
        "wechat_shop:w1": row("explained", "fee", "-1.08", "-1.08", "0", "0", "0"),
        "wechat_shop:w2": row("unexplained", "refund_missing", "49.70", "-0.30", "0", "0", "50.00"),
        "wechat_shop:w3": row("unexplained", "fee_too_high", "-0.36", "-0.18", "0", "0", "-0.18"),
        "taobao:t1": row("explained", "fee", "-1.80", "-1.80", "0", "0", "0"),
        "pdd:260701-1": row("explained", "subsidy", "2.93", "-0.07", "3.00", "0", "0"),
    }
    assert days == [(8, 4, Decimal("-36.01"))]
    assert links == [
        ("jd", "linked", "jd_pin", 6),
        ("jd", "not_linked", "masked", 1),
        ("pdd", "not_linked", "not_exported", 1),
        ("taobao", "linked", "taobao_nick", 1),
        ("wechat_shop", "linked", "openid", 3),
    ]


def test_an_order_is_missing_on_the_bill_of_its_own_store_only(build: Build) -> None:
    early = "2026-06-01 04:00:00"
    rows = {
        "jd_order": [
            jd_order("a-billed", "10.00", _store_id="a"),
            jd_order("a-missing", "20.00", _store_id="a"),
            # This store's bill begins later than the other's.
            jd_order("b-before", "30.00", _store_id="b", completed_at="2026-06-20 04:00:00"),
            jd_order("b-billed", "40.00", _store_id="b"),
            jd_order("c-unbilled", "50.00", _store_id="c"),
        ],
        "jd_settlement": [
            jd_bill("a-billed", "货款", "10.00", settled_at=early, billed_at=early),
            jd_bill("b-billed", "货款", "40.00"),
        ],
    }
    with build(DAY, rows, "+reconciliation") as con:
        found = con.execute(
            "select order_no, reason from marts.reconciliation order by 1"
        ).fetchall()
    assert found == [("a-billed", None), ("a-missing", "receipt_missing"), ("b-billed", None)]


def test_a_bill_that_knows_no_order_is_held_against_the_only_store(build: Build) -> None:
    rows = {
        "jd_order": [jd_order("missing", "20.00", _store_id="a")],
        "jd_settlement": [jd_bill("stray", "货款", "10.00")],
    }
    with build(DAY, rows, "+reconciliation") as con:
        found = con.execute(
            "select order_no, reason from marts.reconciliation order by 1"
        ).fetchall()
    assert found == [("missing", "receipt_missing"), ("stray", "order_missing")]
