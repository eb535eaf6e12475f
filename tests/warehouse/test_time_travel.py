"""What was learned late moves only what it touches, and a past night can be built again as it was."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.sources.exports import Shop, csv_text
from tests.warehouse.conftest import Build

SALE = ("订单编号", "买家会员名", "买家应付货款", "买家实际支付金额", "订单状态", "订单创建时间",
        "订单付款时间", "宝贝标题")  # fmt: skip
REFUND = ("退款编号", "订单编号", "买家退款金额", "退款状态", "退款的申请时间", "退款完结时间")
FIRST, SECOND = date(2026, 8, 10), date(2026, 8, 12)
# Each table and what names its rows; which load last changed a row is not what the row says.
TABLES = {
    "core.fct_order": "order_key",
    "core.fct_payment": "payment_key",
    "marts.daily_kpi": "day_on",
    "marts.first_party_share": "month_on",
}
Rows = dict[str, dict[object, tuple]]


def sale(number: str, buyer: str, money: str, day: str) -> list[str]:
    at = f"{day} 12:00:00"
    return [number, buyer, money, money, "交易成功", at, at, "茶"]


def read(con: duckdb.DuckDBPyConnection) -> Rows:
    words = "columns(c -> c not in ('load_seq', 'changed_load_seq'))"
    return {
        table: {
            row[0]: row for row in con.execute(f"select {key}, {words} from {table}").fetchall()
        }
        for table, key in TABLES.items()
    }


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop whose first night knows three orders of July and August."""
    monkeypatch.setenv("SIYU_KEY", "5a" * 32)
    shop = Shop(tmp_path / "data")
    shop.drop("ExportOrderList20260810000000.csv", csv_text(SALE, [
        sale("10000000001", "甲", "100.00", "2026-08-01"),
        sale("10000000002", "乙", "60.00", "2026-08-03"),
        sale("10000000003", "甲", "30.00", "2026-07-05"),
    ]))  # fmt: skip
    load = shop.ingest(as_of=FIRST)
    assert {f.status for f in load.files} == {"landed"}, load.messages
    return shop


def test_a_late_order_and_a_backdated_refund_move_their_own_rows_and_the_past_stays_as_it_was(
    shop: Shop, build_landed: Build, tmp_path: Path
) -> None:
    wanted = [f"+{table.split('.')[1]}" for table in TABLES]
    with build_landed(shop, *wanted) as con:
        before = read(con)
    assert len(before["core.fct_order"]) == 3 and len(before["marts.daily_kpi"]) == 3

    # Two days later: an order of the 3rd nobody had told, and a refund of the 4th for the 1st's order.
    shop.drop("ExportOrderList20260812000000.csv",
              csv_text(SALE, [sale("10000000004", "丙", "8.00", "2026-08-03")]))  # fmt: skip
    refund = [
        "R1",
        "10000000001",
        "25.00",
        "退款成功",
        "2026-08-03 12:00:00",
        "2026-08-04 12:00:00",
    ]
    shop.drop("refund.csv", csv_text(REFUND, [refund]))
    load = shop.ingest(as_of=SECOND)
    assert {f.status for f in load.files} == {"landed"}, load.messages
    with build_landed(shop, *wanted) as con:
        after = read(con)

    moved = {
        table: {key for key in before[table] | after[table]
                if before[table].get(key) != after[table].get(key)}
        for table in TABLES
    }  # fmt: skip
    first, late = "taobao:10000000001", "taobao:10000000004"
    assert moved["core.fct_order"] == {first, late}
    payments = {after["core.fct_payment"][key][2] for key in moved["core.fct_payment"]}
    assert payments == {first, late} and len(moved["core.fct_payment"]) == 2
    # The refund belongs to the day its order was placed; the 5th of July and its month stand still.
    assert moved["marts.daily_kpi"] == {date(2026, 8, 1), date(2026, 8, 3)}
    assert moved["marts.first_party_share"] == {date(2026, 8, 1)}

    past = Shop(tmp_path / "past" / "data")
    shutil.copytree(
        shop.settings.data_dir, past.settings.data_dir, ignore=shutil.ignore_patterns("*.duckdb*")
    )
    with build_landed(past, *wanted, as_of=FIRST) as con:
        assert read(con) == before


def test_an_order_that_is_paid_after_midnight_is_unpaid_the_night_before(
    shop: Shop, build_landed: Build
) -> None:
    wanted = [f"+{table.split('.')[1]}" for table in TABLES]
    late = sale("10000000005", "丁", "9.00", "2026-08-10")
    late[5:7] = ["2026-08-10 23:58:00", "2026-08-11 00:05:00"]
    shop.drop("ExportOrderList20260811013000.csv", csv_text(SALE, [late]))
    load = shop.ingest(as_of=FIRST)
    assert {f.status for f in load.files} == {"landed"}, load.messages
    order = (
        "select is_paid, net_revenue_cny, paid_at, (select count(*) from core.fct_payment as paid"
        " where paid.order_key = fct_order.order_key) from core.fct_order"
        " where order_key = 'taobao:10000000005'"
    )
    with build_landed(shop, *wanted, as_of=FIRST) as con:
        assert con.execute(order).fetchall() == [(False, 0, None, 0)]
    with build_landed(shop, *wanted, as_of=SECOND) as con:
        ((is_paid, money, paid_at, payments),) = con.execute(order).fetchall()
    assert (is_paid, float(money), str(paid_at), payments) == (True, 9, "2026-08-10 16:05:00", 1)
