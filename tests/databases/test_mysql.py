"""ERP orders out of MySQL: a query of one's own, times without a zone, money to the cent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.databases.servers import Server
from tests.databases.tables import change_contract, read
from tests.sources.exports import Shop

pytestmark = pytest.mark.xdist_group("databases")
ERP = "erp_order_table"


def test_orders_are_read_as_far_as_they_changed(shop: Shop, erp: Server) -> None:
    change_contract(shop, ERP, page_rows=2)
    erp.execute(
        "insert into sales_order values"
        " ('S1', '13900000001', '已付款', 100.10, 5, 105.10, 0, '2026-08-01 23:30:00',"
        " '2026-08-01 23:31:00', null),"
        " ('S2', '13900000002', '待付款', 0.10, 0, 0.10, null, '2026-08-01 23:30:00', null,"
        " '2026-08-01 23:30:00.5'),"
        " ('S3', null, '已完成', 99999999.99, 0, 99999999.99, 0.01, '2026-08-01 23:30:00', null,"
        " null)"
    )
    assert read(shop, ERP).rows == 3
    entry = shop.ingest().files[0]
    assert (entry.rows_landed, entry.watermark) == (3, "changed 2026-08-01T23:30:00.500000")
    erp.execute(
        "update sales_order set state = '已关闭', refund_amount = 105.10,"
        " modified = '2026-08-02 08:00:00' where order_sn = 'S1'"
    )
    assert read(shop, ERP).rows == 1
    shop.ingest()
    assert read(shop, ERP).rows == 0
    columns = "order_no, status, paid_cny, refund_cny, ordered_at"
    placed = datetime(2026, 8, 1, 15, 30)
    assert shop.typed(ERP, columns) == [
        ("S1", "已关闭", Decimal("105.10"), Decimal("105.10"), placed),
        ("S2", "待付款", Decimal("0.10"), None, placed),
        ("S3", "已完成", Decimal("99999999.99"), Decimal("0.01"), placed),
    ]


def test_times_without_a_zone_are_those_of_the_contract(shop: Shop, erp: Server) -> None:
    change_contract(shop, ERP, time_zone="UTC")
    erp.execute(
        "insert into sales_order (order_sn, state, pay_amount, created) values"
        " ('S1', '已付款', 1, '2026-08-01 15:30:00')"
    )
    read(shop, ERP)
    shop.ingest()
    assert shop.typed(ERP, "ordered_at") == [(datetime(2026, 8, 1, 15, 30),)]
    assert read(shop, ERP).rows == 0


def test_signs_that_mean_something_to_a_driver_stay_signs(shop: Shop, erp: Server) -> None:
    erp.execute(
        "insert into sales_order (order_sn, state, pay_amount, created) values"
        " ('S1', '100%:a', 1, '2026-08-01 15:30:00'), ('S2', 'x', 1, '2026-08-01 15:30:00')"
    )
    change_contract(
        shop,
        ERP,
        query="select s.*, created as changed from sales_order as s where state like '100%:a'",
    )
    assert read(shop, ERP).rows == 1
