"""Bills and exports of which a column, a number or a time is missing keep their money all the same."""

from __future__ import annotations

from tests.warehouse.conftest import Build
from tests.warehouse.test_bills import BACK, DONE, PAID, SEEN, Found, money, order


def jd_sold(number: str) -> dict[str, str]:
    row = order(number, product_id="p", price_cny="100.00", buyer_pin="pin", payable_cny="100.00")
    return {**row, "shipping_cny": "0"}


def jd_bill(number: str, fee: str, amount: str, way: str = "收入", **more: str) -> dict[str, str]:
    return {
        "order_no": number, "product_id": "p", "fee_name": fee, "amount_cny": amount,
        "direction": way, "ordered_at": PAID, "settlement_status": "已结算", **more,
    }  # fmt: skip


def test_a_jd_refund_counts_though_the_export_leaves_its_times_out(build: Build) -> None:
    found = Found(
        build,
        {
            "jd_order": [jd_sold("bare"), jd_sold("billed")],
            "jd_settlement": [
                jd_bill("bare", "货款", "100.00"),
                jd_bill("bare", "货款", "30.00", "支出", service_no="s"),
                jd_bill("billed", "货款", "100.00", billed_at=DONE),
                jd_bill("billed", "货款", "40.00", "支出", service_no="s", billed_at=BACK),
            ],
        },
    )
    assert found.orders == {
        "jd:bare": [*money("100.00", "30.00", "70.00", "0")],
        "jd:billed": [*money("100.00", "40.00", "60.00", "0")],
    }
    assert {row[0] for row in found.bills.values()} == {"matched"}


def test_jd_refunds_without_a_case_are_told_apart_by_their_time(build: Build) -> None:
    first = {"way": "支出", "refunded_at": DONE, "settled_at": DONE}
    second = {"way": "支出", "refunded_at": BACK, "settled_at": BACK}
    found = Found(
        build,
        {
            "jd_order": [jd_sold("twice")],
            "jd_settlement": [
                jd_bill("twice", "货款", "100.00", settled_at=DONE),
                jd_bill("twice", "货款", "10.00", **first, billed_at=DONE),
                # The same on the next bill is the same money.
                jd_bill("twice", "货款", "10.00", **first | {"settlement_status": "待结算"}, billed_at=SEEN),
                jd_bill("twice", "货款", "15.00", **second, billed_at=BACK),
            ],
        },
    )  # fmt: skip
    assert found.orders == {"jd:twice": [*money("100.00", "25.00", "75.00", "0")]}
    assert found.line_refunds == {"jd:twice": money("25.00")[0]}
    assert found.bills == {"jd:twice": ("matched", *money("0", "0", "0", "0"))}


def test_the_commission_of_a_jd_subsidy_is_a_fee(build: Build) -> None:
    found = Found(
        build,
        {
            "jd_order": [jd_sold("cheap")],
            "jd_settlement": [
                jd_bill("cheap", "货款", "100.00", settled_at=DONE),
                jd_bill("cheap", "平台券价保补贴", "8.00", settled_at=DONE),
                jd_bill("cheap", "平台券价保补贴佣金", "0.40", "支出", settled_at=DONE),
            ],
        },
    )
    assert found.bills == {"jd:cheap": ("explained", *money("7.60", "-0.40", "8.00", "0"))}


def test_a_jd_order_paid_from_the_buyers_balance_is_revenue(build: Build) -> None:
    orders = [
        jd_sold("all") | {"payable_cny": "0.00", "balance_cny": "100.00"},
        jd_sold("some") | {"payable_cny": "69.90", "balance_cny": "30.10"},
    ]
    bills = [jd_bill(number, "货款", "100.00", settled_at=DONE) for number in ("all", "some")]
    found = Found(build, {"jd_order": orders, "jd_settlement": bills})
    assert found.orders == {
        f"jd:{number}": [*money("100.00", "0", "100.00", "0")] for number in ("all", "some")
    }
    assert found.lines == dict.fromkeys(found.orders, money("100.00")[0])
    assert {row[0] for row in found.bills.values()} == {"matched"}


def test_a_taobao_refund_without_a_time_of_completion_counts(build: Build) -> None:
    row = order("done", buyer_nick="n", paid_cny="90.00", goods_cny="90.00", shipping_cny="0")
    found = Found(
        build,
        {
            "taobao_order": [{**row, "status": "交易成功"}],
            "taobao_refund": [
                {"refund_no": "r", "order_no": "done", "refund_cny": "20.00", "status": "退款成功",
                 "requested_at": BACK},
            ],
        },
    )  # fmt: skip
    assert found.orders == {"taobao:done": [*money("90.00", "20.00", "70.00", "0")]}


def test_a_douyin_part_that_was_cancelled_unpaid_costs_nothing(build: Build) -> None:
    def sold(line: str, **more: str) -> dict[str, str | None]:
        return order("d", line_no=line, paid_cny="50.00", price_cny="50.00", **more)

    found = Found(
        build,
        {"douyin_order": [sold("da"), {**sold("db", status="已取消"), "paid_at": None}]},
    )
    assert found.orders == {"douyin:d": [*money("50.00", "0", "50.00", "0")]}
    assert found.lines == {"douyin:d": money("50.00")[0]}
