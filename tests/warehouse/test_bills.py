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
LOOKED_AT = ("+reconciliation", "+fct_payment", "+fct_order_line", "+int_fact__learned")


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
            self.lines = dict(
                con.execute(
                    "select order_key, sum(paid_cny) from core.fct_order_line group by all"
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
                xhs("plain", "50.00"),
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
