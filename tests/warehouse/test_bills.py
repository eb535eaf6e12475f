"""What the words of each platform's bills and orders say of money, so that both sides mean the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.conftest import Build
from tests.warehouse.raw_rows import Rows

DAY = date(2026, 8, 17)
PAID = "2026-07-01 04:00:00"
DONE = "2026-07-10 04:00:00"
BACK = "2026-07-12 04:00:00"
SEEN = "2026-08-16 04:00:00"
LOOKED_AT = (
    "+reconciliation", "+fct_payment", "+fct_order_line", "+int_fact__learned",
    "every_wording_of_a_state_is_known", "payments_sum_to_net_revenue_per_order",
    "the_reconciliation_adds_up", "+reconciliation_daily",
)  # fmt: skip


def order(number: str, **more: str) -> dict[str, str]:
    return {
        "order_no": number, "quantity": "1", "status": "已完成", "ordered_at": PAID, "paid_at": PAID,
        "_exported_at": SEEN, **more,
    }  # fmt: skip


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


class Found:
    """Orders (paid, refund, net, subsidy) and bills (outcome, difference, fee, subsidy, unexplained)."""

    def __init__(self, build: Build, rows: Rows) -> None:
        with build(DAY, rows, *LOOKED_AT) as con:
            self.orders = {
                key: row
                for key, *row in con.execute(
                    "select order_key, paid_cny, refund_cny, net_revenue_cny, platform_subsidy_cny"
                    " from core.fct_order"
                ).fetchall()
            }
            self.bills = {
                key: (outcome, *row)
                for key, outcome, *row in con.execute(
                    "select order_key, outcome, difference_cny, fee_cny, subsidy_cny,"
                    " unexplained_cny from marts.reconciliation"
                ).fetchall()
            }
            self.reasons = dict(
                con.execute("select order_key, reason from marts.reconciliation").fetchall()
            )
            self.lines = dict(
                con.execute(
                    "select order_key, sum(paid_cny) from core.fct_order_line group by all"
                ).fetchall()
            )
            self.line_refunds = dict(
                con.execute(
                    "select order_key, sum(refund_cny) from core.fct_order_line group by all"
                ).fetchall()
            )
            self.refunds = sorted(
                con.execute(
                    "select order_key, -signed_cny, is_dated from core.fct_payment"
                    " where kind = 'refund'"
                ).fetchall()
            )


def test_what_the_platform_adds_to_a_xiaohongshu_order_is_no_revenue_of_it(build: Build) -> None:
    def xhs(number: str, due: str, **more: str) -> dict[str, str]:
        return order(number, sku_id="s", user_no="u", is_gift="false", paid_cny=due, **more)

    def bill(number: str, kind: str, amount: str, goods: str, **more: str) -> dict[str, str]:
        return {
            "order_no": number, "trade_type": kind, "settled_at": DONE, "amount_cny": amount,
            "goods_cny": goods, **more,
        }  # fmt: skip

    found = Found(
        build,
        {
            # What the seller is due is what the buyer pays and what the platform adds.
            "xhs_order": [
                xhs("told", "400.00", payable_cny="324.99", platform_discount_cny="75.01"),
                xhs("reckoned", "100.00", platform_discount_cny="20.00"),
                xhs("plain", "50.00", status="配货中"),
                xhs("dear", "1.00"),
                xhs("back", "30.00", after_sale_status="售后完成"),
            ],
            "xhs_settlement": [
                bill("told", "结算入账", "384.99", "324.99", platform_subsidy_cny="75.01"),
                bill("reckoned", "结算入账", "95.00", "80.00", platform_subsidy_cny="20.00"),
                bill("plain", "结算入账", "50.00", "50.00"),
                # Fees beyond what was paid make no refund of a payout.
                bill("dear", "结算入账", "-0.50", "1.00"),
                # A refund that the platform bears moves nothing on the account.
                bill("back", "结算入账", "28.00", "30.00"),
                bill("back", "退款", "0.00", "-10.00", after_sale_no="a", settled_at=BACK),
            ],
        },
    )
    assert found.orders == {
        "xiaohongshu:told": [*money("324.99", "0", "324.99", "75.01")],
        "xiaohongshu:reckoned": [*money("80.00", "0", "80.00", "20.00")],
        "xiaohongshu:plain": [*money("50.00", "0", "50.00", "0")],
        "xiaohongshu:dear": [*money("1.00", "0", "1.00", "0")],
        "xiaohongshu:back": [*money("30.00", "10.00", "20.00", "0")],
    }
    assert found.lines == {key: row[0] for key, row in found.orders.items()}
    assert found.bills == {
        "xiaohongshu:told": ("explained", *money("60.00", "-15.01", "75.01", "0")),
        "xiaohongshu:reckoned": ("explained", *money("15.00", "-5.00", "20.00", "0")),
        "xiaohongshu:plain": ("matched", *money("0", "0", "0", "0")),
        "xiaohongshu:dear": ("explained", *money("-1.50", "-1.50", "0", "0")),
        "xiaohongshu:back": ("explained", *money("8.00", "8.00", "0", "0")),
    }
    assert found.refunds == [("xiaohongshu:back", *money("10.00"), True)]


def test_douyin_money_that_goes_back_after_the_payout_is_a_refund_and_no_fee(build: Build) -> None:
    def sold(line: str, **more: str) -> dict[str, str]:
        return order(line[:-1], line_no=line, paid_cny="49.90", price_cny="49.90", **more)

    def bill(line: str, flow: str, way: str, amount: str, scene: str, **more: str) -> dict:
        return {
            "order_no": line[:-1], "line_no": line, "flow_no": flow, "direction": way,
            "amount_cny": amount, "scene": scene, "happened_at": DONE, "order_paid_cny": "0",
            "refund_cny": "0", **more,
        }  # fmt: skip

    paid_out = "货款结算入账"
    found = Found(
        build,
        {
            "douyin_order": [
                sold("parta", after_sale_status="退款成功"),
                # The order's export is older than the refund.
                sold("latea", shipping_cny="6.00"),
                sold("failda", status="已支付"),
            ],
            "douyin_settlement": [
                bill("parta", "1", "入账", "53.90", paid_out, order_paid_cny="49.90",
                     platform_subsidy_cny="5.00", platform_fee_cny="-1.00"),
                # The columns of such rows are empty: the movement is the refund.
                bill("parta", "2", "出账", "20.00", "退款-结算后退款-退用户", happened_at=BACK),
                bill("parta", "3", "出账", "2.00", "退款-订单退款触发-退补贴", happened_at=BACK),
                bill("parta", "4", "入账", "0.40", "退款-订单退款触发-退分账", happened_at=BACK),
                bill("latea", "5", "入账", "54.90", paid_out, order_paid_cny="49.90",
                     shipping_paid_cny="6.00", platform_fee_cny="-1.00"),
                bill("latea", "6", "出账", "55.90", "退款-极速退二阶段商家资金回补", happened_at=BACK),
                bill("failda", "7", "入账", "48.90", paid_out, order_paid_cny="49.90"),
                bill("failda", "8", "出账", "9.90", "退款-结算后退款-退用户", happened_at=BACK),
                bill("failda", "9", "入账", "9.90", "退款-退款失败资金退回", happened_at=SEEN),
                bill("failda", "10", "出账", "3.00", "消费者赔付", happened_at=SEEN),
            ],
        },
    )  # fmt: skip
    assert found.orders == {
        "douyin:part": [*money("49.90", "20.00", "29.90", "0")],
        "douyin:late": [*money("55.90", "55.90", "0", "0")],
        "douyin:faild": [*money("49.90", "0", "49.90", "0")],
    }
    assert found.bills == {
        "douyin:part": ("explained", *money("2.40", "-0.60", "3.00", "0")),
        "douyin:late": ("explained", *money("-1.00", "-1.00", "0", "0")),
        "douyin:faild": ("explained", *money("-4.00", "-4.00", "0", "0")),
    }
    assert found.refunds == [
        ("douyin:faild", *money("-9.90"), True),
        ("douyin:faild", *money("9.90"), True),
        ("douyin:late", *money("55.90"), True),
        ("douyin:part", *money("20.00"), True),
    ]


def test_jd_shipping_and_instalments_are_the_buyers_money_on_both_sides(build: Build) -> None:
    def sold(number: str, paid: str, shipping: str) -> dict[str, str]:
        row = order(number, product_id="p", price_cny="100.00", buyer_pin="pin", payable_cny=paid)
        return {**row, "shipping_cny": shipping, "completed_at": DONE}

    def bill(number: str, fee: str, amount: str, way: str = "收入", **more: str) -> dict[str, str]:
        return {
            "order_no": number, "product_id": "p", "fee_name": fee, "amount_cny": amount,
            "direction": way, "ordered_at": PAID, "settled_at": DONE, "billed_at": DONE,
            "settlement_status": "已结算", **more,
        }  # fmt: skip

    back = {"way": "支出", "service_no": "s", "refunded_at": BACK, "settled_at": BACK}
    found = Found(
        build,
        {
            "jd_order": [sold("sent", "106.00", "6.00"), sold("presold", "100.00", "0")],
            "jd_settlement": [
                bill("sent", "货款", "100.00"),
                bill("sent", "代收配送费", "6.00"),
                bill("sent", "佣金", "5.00", "支出"),
                bill("sent", "货款", "40.00", **back),
                # The same case on the next bill is the same money.
                bill("sent", "货款", "40.00", **back | {"billed_at": SEEN, "settlement_status": "待结算"}),
                bill("sent", "代收配送费", "-6.00", **back),
                bill("presold", "定金货款", "30.00"),
                bill("presold", "尾款货款", "70.00"),
                bill("presold", "尾款货款", "70.00", **back),
                bill("presold", "定金货款", "30.00", **back),
            ],
        },
    )  # fmt: skip
    assert found.orders == {
        "jd:sent": [*money("106.00", "46.00", "60.00", "0")],
        "jd:presold": [*money("100.00", "100.00", "0", "0")],
    }
    assert found.bills == {
        "jd:sent": ("explained", *money("-5.00", "-5.00", "0", "0")),
        "jd:presold": ("matched", *money("0", "0", "0", "0")),
    }
    assert found.refunds == [
        ("jd:presold", *money("30.00"), True),
        ("jd:presold", *money("70.00"), True),
        ("jd:sent", *money("6.00"), True),
        ("jd:sent", *money("40.00"), True),
    ]
    assert found.line_refunds == {"jd:sent": Decimal("40.00"), "jd:presold": Decimal("100.00")}


def test_alipay_rows_are_told_apart_by_their_description_too(build: Build) -> None:
    def sold(number: str, **more: str) -> dict[str, str]:
        row = order(number, buyer_nick="n", paid_cny="90.00", goods_cny="90.00", shipping_cny="0")
        return {**row, "status": "交易成功", **more}

    rows = [
        ("known", "交易付款", "0010001|交易收款-交易收款", "90.00"),
        ("known", "其它", "0030130|软件服务费-基础软件服务费", "-0.54"),
        # Fees come back when goods do: no buyer paid them.
        ("known", "其它", "0030018|软件服务费-天猫返点积分（退款）", "0.30"),
        ("known", "退费", "", "0.04"),
        ("known", "交易分账", "0060011|营销支出-淘宝客佣金", "-9.00"),
        ("known", "转账", "0020001|交易退款-余额退款", "-20.00"),
        ("known", "其它", "0240004T|其他收入-百亿补贴激励前返", "2.00"),
        # Paid out before the buyer confirmed: what comes then is taken back at once.
        ("early", "其它", "0010022|交易收款-提前收款", "90.00"),
        ("early", "交易付款", "0010001|交易收款-交易收款", "90.00"),
        ("early", "其它", "064000200001|交易还款-提前收款-花呗交易", "-90.00"),
        # The deposit of an order whose balance never came.
        ("kept", "在线支付", "0010002|交易收款-预售定金（买家责任不退还）", "10.00"),
        ("kept", "收费", "", "-0.06"),
        ("kept", "退费", "", "0.06"),
    ]
    found = Found(
        build,
        {
            "taobao_order": [
                sold("known"),
                sold("early"),
                sold("kept", status="交易关闭", paid_cny="0", paid_at=None),
            ],
            "taobao_refund": [
                {"refund_no": "r", "order_no": "known", "refund_cny": "20.00", "status": "退款成功",
                 "requested_at": BACK, "refunded_at": BACK},
            ],
            "alipay_settlement": [
                {"statement_no": str(number), "order_no": order_no, "business_type": kind,
                 "description": words, "happened_at": DONE,
                 "income_cny" if amount[0] != "-" else "expense_cny": amount}
                for number, (order_no, kind, words, amount) in enumerate(rows)
            ],
        },
    )  # fmt: skip
    assert found.orders == {
        "taobao:known": [*money("90.00", "20.00", "70.00", "0")],
        "taobao:early": [*money("90.00", "0", "90.00", "0")],
        "taobao:kept": [*money("10.00", "0", "10.00", "0")],
    }
    assert found.bills == {
        "taobao:known": ("explained", *money("-7.20", "-9.20", "2.00", "0")),
        "taobao:early": ("matched", *money("0", "0", "0", "0")),
        "taobao:kept": ("matched", *money("0", "0", "0", "0")),
    }


def test_the_fee_of_a_subsidised_pdd_order_is_no_subsidy(build: Build) -> None:
    rows = [
        ("0010002|交易收入-订单收入", "60.00", "0"),
        ("0010005|交易收入-优惠券结算", "5.00", "0"),
        ("0030002|技术服务费-基础技术服务费", "0", "-0.36"),
        ("0030003|技术服务费-百亿补贴技术服务费", "0", "-1.20"),
        ("0030003|技术服务费-百亿补贴技术服务费", "0.20", "0"),
        ("0020002|交易退款-订单退款", "0", "-10.00"),
        ("0020005|交易退款-优惠券结算", "0", "-1.00"),
    ]
    found = Found(
        build,
        {
            "pdd_order": [
                {"order_no": "260701-1", "status": "已收货", "paid_cny": "60.00", "quantity": "1",
                 "received_cny": "65.00", "platform_discount_cny": "5.00", "ordered_at": PAID},
            ],
            "pdd_settlement": [
                {"order_no": "260701-1", "description": words, "income_cny": income,
                 "expense_cny": expense, "happened_at": DONE, "_key": str(number)}
                for number, (words, income, expense) in enumerate(rows)
            ],
        },
    )  # fmt: skip
    assert found.orders == {"pdd:260701-1": [*money("60.00", "10.00", "50.00", "5.00")]}
    assert found.bills == {
        "pdd:260701-1": ("explained", *money("2.64", "-1.36", "4.00", "0")),
    }


def test_both_generations_of_taobaos_wechat_bill_tell_of_one_money(build: Build) -> None:
    def sold(number: str, paid: str) -> dict[str, str]:
        row = order(number, buyer_nick="n", paid_cny=paid, goods_cny=paid, shipping_cny="0")
        return {**row, "status": "交易成功"}

    def bill(number: str, flow: str, kind: str, income: str, out: str = "0", **more: str) -> dict:
        return {
            "statement_no": flow, "order_no": number, "entry_type": kind, "income_cny": income,
            "expense_cny": out, "happened_at": DONE, **more,
        }  # fmt: skip

    found = Found(
        build,
        {
            "taobao_order": [sold("both", "88.00"), sold("new", "30.00")],
            "taobao_wechat_settlement": [
                # The older one names sub-orders, the newer one books the order whole.
                bill("both", "f", "交易收款", "50.00", line_no="a", shop="店"),
                bill("both", "f", "交易收款", "38.00", line_no="b", shop="店"),
                bill("both", "f", "服务费", "0", "-0.53", line_no="a", shop="店"),
                # A spreadsheet took the seconds of the older one.
                bill("both", "f", "交易收款", "88.00", happened_at="2026-07-10 04:00:27"),
                bill("both", "f", "服务费", "0", "0.53", happened_at="2026-07-10 04:00:27"),
                # A day that only the newer one covers.
                bill("both", "f", "交易退款", "0", "8.00", happened_at=BACK),
                bill("new", "g", "交易收款", "30.00"),
            ],
            "taobao_refund": [
                {"refund_no": "r", "order_no": "both", "refund_cny": "8.00", "status": "退款成功",
                 "requested_at": BACK, "refunded_at": BACK},
            ],
        },
    )  # fmt: skip
    assert found.bills == {
        "taobao:both": ("explained", *money("-0.53", "-0.53", "0", "0")),
        "taobao:new": ("matched", *money("0", "0", "0", "0")),
    }


def test_a_taobao_refund_that_only_the_bill_knows_is_no_revenue(build: Build) -> None:
    def sold(number: str) -> dict[str, str]:
        row = order(number, buyer_nick="n", paid_cny="90.00", goods_cny="90.00", shipping_cny="0")
        return {**row, "status": "交易成功"}

    def bill(flow: str, number: str, kind: str, amount: str, at: str = DONE) -> dict[str, str]:
        way = "income_cny" if amount[0] != "-" else "expense_cny"
        return {"statement_no": flow, "order_no": number, "business_type": kind, way: amount,
                "happened_at": at}  # fmt: skip

    found = Found(
        build,
        {
            "taobao_order": [sold("billed"), sold("told"), sold("wechat")],
            "taobao_refund": [
                {"refund_no": "r", "order_no": "told", "refund_cny": "20.00", "status": "退款成功",
                 "requested_at": DONE, "refunded_at": BACK},
            ],
            "alipay_settlement": [
                bill("1", "billed", "交易付款", "90.00"),
                bill("2", "billed", "交易退款", "-20.00", BACK),
                bill("3", "billed", "交易退款", "-5.00", SEEN),
                # After the business day.
                bill("4", "billed", "交易退款", "-7.00", "2026-08-17 16:00:00"),
                bill("5", "told", "交易付款", "90.00"),
                bill("6", "told", "交易退款", "-20.00", BACK),
            ],
            "taobao_wechat_settlement": [
                {"statement_no": "f", "order_no": "wechat", "entry_type": kind, "happened_at": at,
                 "income_cny": income, "expense_cny": out}
                for kind, income, out, at in [
                    ("交易收款", "90.00", "0", DONE),
                    ("交易退款", "0", "9.00", BACK),
                ]
            ],
        },
    )  # fmt: skip
    assert found.orders == {
        "taobao:billed": [*money("90.00", "25.00", "65.00", "0")],
        "taobao:told": [*money("90.00", "20.00", "70.00", "0")],
        "taobao:wechat": [*money("90.00", "9.00", "81.00", "0")],
    }
    assert {row[0] for row in found.bills.values()} == {"matched"}
    assert found.refunds == [
        ("taobao:billed", *money("5.00"), True),
        ("taobao:billed", *money("20.00"), True),
        ("taobao:told", *money("20.00"), True),
        ("taobao:wechat", *money("9.00"), True),
    ]


def test_wechat_pay_books_a_refund_once_and_its_state_never_again(build: Build) -> None:
    def sold(number: str, refund: str) -> dict[str, str]:
        return order(
            number, product_id="p", goods_cny="100.00", paid_cny="100.00", shipping_cny="0",
            price_cny="100.00", line_paid_cny="100.00", transaction_no=number, refund_cny=refund,
        )  # fmt: skip

    def pay(number: str, status: str, **more: str) -> dict[str, str]:
        return {
            "transaction_no": number, "merchant_order_no": number, "appid": "wx1",
            "trade_status": status, "happened_at": PAID, "settled_cny": "0", "order_cny": "0",
            "refund_cny": "0", **more,
        }  # fmt: skip

    def back(number: str, state: str, amount: str, **more: str) -> dict[str, str]:
        return pay(number, "REFUND", refund_no=f"r{number}{state}", refund_status=state,
                   refund_cny=amount, happened_at=BACK, **more)  # fmt: skip

    full = {"order_cny": "100.00", "settled_cny": "100.00"}
    found = Found(
        build,
        {
            "wechat_shop_order": [
                sold("slow", "0"),
                sold("bounced", "0"),
                sold("voucher", "100.00"),
            ],
            "wechat_pay_bill": [
                pay("slow", "SUCCESS", **full),
                # The bill is written when the money leaves, and is not written again.
                back("slow", "PROCESSING", "30.00"),
                pay("bounced", "SUCCESS", **full),
                back("bounced", "FAIL", "30.00"),
                back("bounced", "CHANGE", "30.00"),
                # A voucher that the seller gave: the buyer's side of a refund is what was asked for.
                pay("voucher", "SUCCESS", order_cny="100.00", settled_cny="95.00"),
                back("voucher", "SUCCESS", "95.00", refund_asked_cny="100.00"),
            ],
        },
    )
    assert found.orders == {
        "wechat_shop:slow": [*money("100.00", "30.00", "70.00", "0")],
        "wechat_shop:bounced": [*money("100.00", "0", "100.00", "0")],
        "wechat_shop:voucher": [*money("100.00", "100.00", "0", "0")],
    }
    assert found.bills == {
        "wechat_shop:slow": ("matched", *money("0", "0", "0", "0")),
        "wechat_shop:bounced": ("matched", *money("0", "0", "0", "0")),
        "wechat_shop:voucher": ("matched", *money("0", "0", "0", "0")),
    }
    assert found.refunds == [
        ("wechat_shop:slow", *money("30.00"), True),
        ("wechat_shop:voucher", *money("100.00"), True),
    ]


def test_an_order_that_was_never_paid_is_no_missing_order(build: Build) -> None:
    def closed(number: str) -> dict[str, str]:
        return order(number, buyer_nick="n", paid_cny="0", status="交易关闭", paid_at=None)

    def bill(flow: str, number: str, kind: str, amount: str) -> dict[str, str]:
        way = "income_cny" if amount[0] != "-" else "expense_cny"
        return {"statement_no": flow, "order_no": number, "business_type": kind, way: amount,
                "happened_at": DONE}  # fmt: skip

    rows = {
        "taobao_order": [closed("returned"), closed("charged")],
        "alipay_settlement": [
            # A deposit that came and went back leaves nothing to settle.
            bill("1", "returned", "在线支付", "50.00"),
            bill("2", "returned", "交易退款", "-50.00"),
            bill("3", "charged", "服务费", "-0.30"),
            bill("4", "stray", "服务费", "-0.40"),
        ],
    }
    found = Found(build, rows)
    assert found.orders == {
        "taobao:returned": [*money("0", "0", "0", "0")],
        "taobao:charged": [*money("0", "0", "0", "0")],
    }
    assert found.bills == {
        "taobao:returned": ("matched", *money("0", "0", "0", "0")),
        "taobao:charged": ("explained", *money("-0.30", "-0.30", "0", "0")),
        "taobao:stray": ("explained", *money("-0.40", "-0.40", "0", "0")),
    }
    assert found.reasons == {
        "taobao:returned": None,
        "taobao:charged": "fee",
        "taobao:stray": "order_missing",
    }
