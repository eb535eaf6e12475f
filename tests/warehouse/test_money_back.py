"""Money that went back: orders that closed after they were paid, and refunds that only a bill counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.conftest import Build
from tests.warehouse.raw_rows import Rows

DAY = date(2026, 8, 17)
PAID = "2026-07-01 04:00:00"
DONE = "2026-07-10 04:00:00"
SEEN = "2026-08-16 04:00:00"


def order(number: str, status: str, paid: str, **more: str) -> dict[str, str]:
    return {
        "order_no": number, "product_id": "p", "quantity": "1", "price_cny": paid, "goods_cny": paid,
        "status": status, "paid_cny": paid, "ordered_at": PAID, "paid_at": PAID,
        "_exported_at": SEEN, **more,
    }  # fmt: skip


def jd(number: str, status: str, paid: str, **more: str) -> dict[str, str]:
    row = order(number, status, paid, payable_cny=paid, shipping_cny="6.00", **more)
    return {n: v for n, v in row.items() if n not in ("paid_cny", "goods_cny")}


def douyin(line: str, status: str, paid: str, **more: str) -> dict[str, str]:
    row = order(line[:-1], status, paid, line_no=line, **more)
    return {n: v for n, v in row.items() if n != "goods_cny"}


def kuaishou(number: str, status: str, paid: str, **more: str) -> dict[str, str]:
    row = order(number, status, paid, **more)
    return {n: v for n, v in row.items() if n != "goods_cny"}


def youzan(number: str, paid: str) -> dict[str, str]:
    row = order(number, "交易完成", paid, transaction_no="42", buyer_phone=f"phone{number}")
    return {n: v for n, v in row.items() if n not in ("product_id", "quantity", "price_cny")}


def pay(status: str, **more: str) -> dict[str, str]:
    return {
        "transaction_no": "42", "merchant_order_no": "m", "appid": "wx1", "trade_status": status,
        "settled_cny": "0", "order_cny": "0", "refund_cny": "0", "happened_at": PAID, **more,
    }  # fmt: skip


def taobao(number: str, status: str, paid: str, **more: str) -> dict[str, str]:
    row = order(number, status, paid, buyer_nick=f"nick{number}", shipping_cny="0", **more)
    return {n: v for n, v in row.items() if n not in ("product_id", "price_cny")}


def pdd(number: str, paid: str, **more: str) -> dict[str, str]:
    row = order(number, "已收货", paid, received_cny=paid, **more)
    return {n: v for n, v in row.items() if n not in ("price_cny", "paid_at")}


def xhs(number: str, status: str, paid: str, **more: str) -> dict[str, str]:
    row = order(number, status, paid, sku_id="s", user_no=f"u{number}", is_gift="false", **more)
    return {n: v for n, v in row.items() if n != "price_cny"}


def douyin_bill(line: str, amount: str, paid: str, refund: str, fee: str) -> dict[str, str]:
    return {
        "order_no": line[:-1], "line_no": line, "flow_no": f"f{line}", "direction": "入账",
        "amount_cny": amount, "scene": "货款结算入账", "order_paid_cny": paid, "refund_cny": refund,
        "platform_subsidy_cny": "0.81", "platform_fee_cny": fee, "happened_at": DONE,
    }  # fmt: skip


ROWS: Rows = {
    # Paid, and called off before it left: no bill ever speaks of it, the money went back whole.
    "jd_order": [jd("off", "(删除)等待出库", "100.00"), jd("kept", "完成", "50.00")],
    "jd_settlement": [
        {"order_no": "kept", "product_id": "p", "fee_name": "货款", "amount_cny": "50.00",
         "direction": "收入", "ordered_at": PAID, "settled_at": DONE, "billed_at": DONE,
         "settlement_status": "已结算"},
    ],
    "taobao_order": [
        taobao("off", "交易关闭", "30.00"),
        taobao("never", "交易关闭", "9.00", paid_at=""),
        # The goods came back and their shipping did not: what is known of an amount counts.
        taobao("goods", "交易关闭", "35.00"),
    ],
    "taobao_refund": [
        {"refund_no": "r", "order_no": "goods", "refund_cny": "30.00", "status": "退款成功",
         "requested_at": DONE, "refunded_at": DONE},
    ],
    # Two orders paid at once share a transaction: its money is there once.
    "youzan_order": [youzan("y1", "60.00"), youzan("y2", "40.00")],
    "wechat_pay_bill": [
        pay("SUCCESS", settled_cny="100.00", order_cny="100.00"),
        pay("REFUND", refund_no="r", refund_cny="10.00", refund_status="SUCCESS"),
    ],
    "kuaishou_order": [kuaishou("off", "交易关闭", "20.00")],
    "xhs_order": [
        xhs("off", "已取消", "40.00"),
        # The words say only that something went back; the bill says how much.
        xhs("part", "已完成", "80.00", after_sale_status="售后完成"),
    ],
    "xhs_settlement": [
        {"order_no": "part", "settled_at": DONE, "trade_type": "结算入账", "amount_cny": "76.00",
         "goods_cny": "80.00", "commission_cny": "-4.00"},
        {"order_no": "part", "after_sale_no": "a", "settled_at": SEEN, "trade_type": "退款",
         "amount_cny": "-9.50", "goods_cny": "-10.00", "commission_cny": "0.50"},
    ],
    "douyin_order": [
        douyin("offa", "已关闭", "15.00", shipping_cny="5.00"),
        # 27.78 of 28.90 went back before the bill was paid out, and the bill nets it.
        douyin("parta", "已完成", "28.90", after_sale_status="退款成功"),
        douyin("partb", "已完成", "10.00", after_sale_status="退款成功"),
    ],
    "douyin_settlement": [douyin_bill("parta", "1.84", "28.90", "-27.78", "-0.09")],
    "pdd_order": [
        pdd("260701-1", "60.00", after_sale_status="退款成功"),
        pdd("260701-2", "25.00", after_sale_status="无售后或售后取消"),
        pdd("260701-3", "12.00", after_sale_status="退款成功"),
    ],
    "pdd_settlement": [
        {"order_no": f"260701-{number}", "income_cny": income, "expense_cny": expense,
         "description": words, "happened_at": at}
        for number, income, expense, words, at in [
            ("1", "60.00", "0", "0010002|交易收入-订单收入", DONE),
            ("1", "0", "-7.50", "0020002|交易退款-订单退款", SEEN),
            ("1", "0", "-7.50", "0020002|交易退款-订单退款", SEEN),
            # A refund that the older order export does not show yet.
            ("2", "25.00", "0", "0010002|交易收入-订单收入", DONE),
            ("2", "0", "-5.00", "0020002|交易退款-订单退款", SEEN),
            # Of a refund after the business day nothing is known yet.
            ("2", "0", "-4.00", "0020002|交易退款-订单退款", "2026-08-17 16:00:00"),
        ]
    ],
}  # fmt: skip
ROWS["taobao_order"][1].pop("paid_at")
ROWS["pdd_settlement"] = [
    # Equal rows of a bill are movements of their own, numbered by ingest.
    row | {"_key": str(number)}
    for number, row in enumerate(ROWS["pdd_settlement"])
]


def test_what_went_back_is_no_revenue_and_the_bill_agrees(build: Build) -> None:
    marts = ("+reconciliation", "+fct_payment", "+fct_order_line", "+int_fact__learned")
    with build(DAY, ROWS, *marts) as con:
        orders = con.execute(
            "select order_key, is_paid, paid_cny, refund_cny, net_revenue_cny from core.fct_order"
            " order by order_key"
        ).fetchall()
        lines = con.execute(
            "select line_key, paid_cny, refund_cny from core.fct_order_line where refund_cny <> 0"
            " order by line_key"
        ).fetchall()
        bills = con.execute(
            "select order_key, outcome, reason, difference_cny, fee_cny, subsidy_cny, timing_cny,"
            " unexplained_cny from marts.reconciliation order by order_key"
        ).fetchall()
        dated = con.execute(
            "select order_key, signed_cny, is_dated from core.fct_payment where kind = 'refund'"
            " order by order_key, signed_cny"
        ).fetchall()
    money = Decimal
    assert orders == [
        (key, is_paid, money(paid), money(refund), money(paid) - money(refund))
        for key, is_paid, paid, refund in [
            ("douyin:off", True, "20.00", "20.00"),
            ("douyin:part", True, "38.90", "37.78"),
            ("jd:kept", True, "50.00", "0.00"),
            ("jd:off", True, "100.00", "100.00"),
            ("kuaishou:off", True, "20.00", "20.00"),
            ("pdd:260701-1", True, "60.00", "15.00"),
            ("pdd:260701-2", True, "25.00", "5.00"),
            ("pdd:260701-3", True, "12.00", "12.00"),
            ("taobao:goods", True, "35.00", "30.00"),
            ("taobao:never", False, "0.00", "0.00"),
            ("taobao:off", True, "30.00", "30.00"),
            ("xiaohongshu:off", True, "40.00", "40.00"),
            ("xiaohongshu:part", True, "80.00", "10.00"),
            ("youzan:y1", True, "60.00", "10.00"),
            ("youzan:y2", True, "40.00", "0.00"),
        ]
    ]
    assert lines == [
        (key, money(paid), money(refund))
        for key, paid, refund in [
            ("douyin:offa", "15.00", "15.00"),
            ("douyin:parta", "28.90", "27.78"),
            ("douyin:partb", "10.00", "10.00"),
            ("jd:off:p", "94.00", "94.00"),
            ("pdd:260701-1", "60.00", "15.00"),
            ("pdd:260701-2", "25.00", "5.00"),
            ("pdd:260701-3", "12.00", "12.00"),
            ("xiaohongshu:off:s", "40.00", "40.00"),
            ("xiaohongshu:part:s", "80.00", "10.00"),
        ]
    ]

    def row(key: str, outcome: str, reason: str | None, *amounts: str) -> tuple:
        return (key, outcome, reason, *map(money, amounts))

    assert bills == [
        row("douyin:off", "matched", None, "0", "0", "0", "0", "0"),
        row("douyin:part", "explained", "subsidy", "0.72", "-0.09", "0.81", "0", "0"),
        row("jd:kept", "matched", None, "0", "0", "0", "0", "0"),
        row("jd:off", "matched", None, "0", "0", "0", "0", "0"),
        row("pdd:260701-1", "matched", None, "0", "0", "0", "0", "0"),
        row("pdd:260701-2", "matched", None, "0", "0", "0", "0", "0"),
        row("pdd:260701-3", "matched", None, "0", "0", "0", "0", "0"),
        row("xiaohongshu:off", "matched", None, "0", "0", "0", "0", "0"),
        row("xiaohongshu:part", "explained", "fee", "-3.50", "-3.50", "0", "0", "0"),
        row("youzan:y1", "unexplained", "receipt_differs", "40.00", "0", "0", "0", "40.00"),
        row("youzan:y2", "unexplained", "receipt_missing", "-40.00", "0", "0", "0", "-40.00"),
    ]
    assert dated == [
        (key, money(signed), is_dated)
        for key, signed, is_dated in [
            ("douyin:off", "-20.00", False),
            ("douyin:part", "-27.78", True),
            ("douyin:part", "-10.00", False),
            ("jd:off", "-100.00", False),
            ("kuaishou:off", "-20.00", False),
            ("pdd:260701-1", "-15.00", True),
            ("pdd:260701-2", "-5.00", True),
            ("pdd:260701-3", "-12.00", False),
            ("taobao:goods", "-30.00", True),
            ("taobao:off", "-30.00", False),
            ("xiaohongshu:off", "-40.00", False),
            ("xiaohongshu:part", "-10.00", True),
            ("youzan:y1", "-10.00", True),
        ]
    ]
