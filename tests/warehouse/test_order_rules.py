"""Deposits, split orders, gifts and repeated rows end in the right money, from the files to the facts."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from siyu.settings import PROJECT_DIR
from tests.sources.exports import Shop, csv_text
from tests.warehouse.conftest import Build

AT = "2026-08-10 12:00:00"
# An order of each case: [number, status, paid, paid at].
TAOBAO = ("订单编号", "买家会员名", "买家应付货款", "买家实际支付金额", "订单状态", "订单创建时间",
          "订单付款时间", "宝贝标题")  # fmt: skip
TAOBAO_ROWS = [
    ["T10000000001", "甲", "598", "598.00", "交易成功", AT, "2026-08-11 09:00:00", "预售两笔付清"],
    ["T10000000002", "乙", "598", "0", "交易关闭", AT, "", "只付定金"],
    ["T10000000003", "丙", "598", "0", "交易关闭", AT, "", "定金已退"],
    ["T10000000004", "丁", "598", "0", "等待买家付款", AT, "", "待付尾款"],
    ["T10000000005", "戊", "598", "0", "交易关闭", AT, "", "定金退一部分"],
]
# The refund that the statement shows is in the refund export too: it is one refund.
REFUND = ("退款编号", "订单编号", "买家退款金额", "退款状态", "退款的申请时间", "退款完结时间")
REFUND_ROWS = [
    ["R5", "10000000005", "20.00", "退款成功", "2026-08-14 09:00:00", "2026-08-14 10:00:00"]
]
ALIPAY = ("账务流水号", "业务流水号", "发生时间", "收入金额（+元）", "支出金额（-元）", "业务类型",
          "业务描述", "业务基础订单号", "备注")  # fmt: skip
ALIPAY_ROWS = [
    ["A1", "1", "2026-08-12 10:00:00", "50.00", "", "交易付款", "定金", "10000000001", ""],
    ["A2", "2", "2026-08-12 10:00:01", "548.00", "", "交易付款", "尾款", "10000000001", ""],
    ["A3", "3", "2026-08-13 10:00:00", "50.00", "", "交易付款", "定金", "10000000002", ""],
    ["A4", "4", "2026-08-13 10:00:01", "", "-0.30", "服务费", "", "10000000002", ""],
    ["A5", "5", "2026-08-13 10:00:00", "50.00", "", "交易付款", "定金", "10000000003", ""],
    ["A6", "6", "2026-08-14 10:00:00", "", "-50.00", "交易退款", "退款", "10000000003", ""],
    ["A7", "7", "2026-08-13 10:00:00", "50.00", "", "交易付款", "定金", "10000000005", ""],
    ["A8", "8", "2026-08-14 10:00:00", "", "-20.00", "交易退款", "退款", "10000000005", ""],
]
JD = ("订单号", "商品ID", "商品名称", "订购数量", "京东价", "订单金额", "应付金额", "订单状态",
      "下单帐号", "下单时间", "付款确认时间", "商家备注")  # fmt: skip
SPLIT = "订单拆分为  11729439936    11749907506"
JD_ROWS = [
    ["11700000001", "1", "甲", "1", "100", "300.05", "300.05", "(删除)等待出库", "p", AT, AT, SPLIT],
    ["11700000001", "2", "乙", "2", "100.025", "300.05", "300.05", "(删除)等待出库", "p", AT, AT, SPLIT],
    ["11729439936", "1", "甲", "1", "100", "100", "100.00", "完成", "p", AT, AT, ""],
    # One order in two parcels: its rows and totals come twice.
    ["11749907506", "2", "乙", "2", "100.025", "200.05", "200.05", "完成", "p", AT, AT, ""],
    ["11749907506", "2", "乙", "2", "100.025", "200.05", "200.05", "完成", "p", AT, AT, ""],
]  # fmt: skip
XHS = ("订单号", "订单状态", "售后状态", "小红书编码", "规格ID", "SKU名称", "SKU件数", "是否为赠品",
       "商品总价(元)", "商家应收金额(元)（支付金额）", "支付时间", "订单创建时间", "用户编号")  # fmt: skip
XHS_ROWS = [
    ["P1", "已完成", "", "c", "s1", "面霜", "1", "否", "199", "189.90", AT, AT, "u1"],
    # The gift is of the very SKU that was bought.
    ["P1", "已完成", "", "c", "s1", "面霜", "1", "是", "199", "0", AT, AT, "u1"],
    ["P1", "已完成", "售后完成", "c", "s2", "乳液", "1", "否", "99", "80.10", AT, AT, "u1"],
]
SHOP = ("订单号", "订单下单时间", "订单状态", "订单实际支付金额", "交易单号", "商品编码(平台)",
        "商品名称", "商品属性", "商品实际价格(总共)", "商品数量", "商品已退款金额", "支付时间")  # fmt: skip
SHOP_ROWS = [
    ["W1", AT, "已完成", "150.00", "4200000001", "g", "T恤", "S码", "70.00", "1", "20.00", AT],
    ["W1", AT, "已完成", "150.00", "4200000001", "g", "T恤", "L码", "80.00", "1", "30.01", AT],
]
DOUYIN = ("主订单编号", "子订单编号", "选购商品", "商品数量", "商品单价", "订单应付金额", "订单提交时间",
          "支付完成时间", "订单状态", "售后状态")  # fmt: skip
DOUYIN_ROWS = [
    ["D1", "D1a", "礼盒", "1", "1,299.00", "1,199.00", AT, AT, "已完成", "-"],
    ["D1", "D1b", "赠品", "1", "0.00", "0.00", AT, "-", "已关闭", "-"],
]
KUAISHOU = ("订单号", "订单创建时间", "订单支付时间", "预售定金支付时间", "订单状态", "实付款", "成交数量",
            "商品ID", "售后状态")  # fmt: skip
KUAISHOU_ROWS = [
    ["K1", AT, "2026-08-12 08:00:00", AT, "交易成功", "88.80", "1", "k", ""],
    ["K2", AT, "", AT, "待付款", "88.80", "1", "k", ""],
    ["K3", AT, "2026-08-12 08:00:00", "", "已收货", "10.00", "1", "k", "退款成功"],
]
# A mall of the brand's own that says what each instalment was: the YAML that the documents show.
MALL_YAML = (PROJECT_DIR / "docs" / "own_source.md").read_text("utf-8").split("```")[1][5:]
MALL = (
    "商城单号",
    "包裹号",
    "手机",
    "成交状态",
    "合计实付",
    "定金",
    "定金时间",
    "下单",
    "尾款时间",
    "退",
)
PAID, BALANCE = "2026-08-10 12:01:00", "2026-08-13 20:00:00"
MALL_ROWS = [
    ["M1", "1", "13900000001", "已签收", "299.00", "30.00", PAID, AT, BALANCE, "9.99"],
    # The totals stand on the first parcel only, and on the way is as far as the order has come.
    ["M1", "2", "13900000001", "在途", "", "", "", AT, "", ""],
    ["M2", "1", "13900000002", "超时关闭", "0", "30.00", PAID, AT, "", ""],
]
# And an ERP's file with amounts per line.
ERP_YAML = """
id: erp_sale
title: {en: ERP sales, zh: ERP销售明细}
platform: erp
grain: one row per line of one sale
recognise: {formats: [csv], required: [销售单, 行号, 单据状态, 行实收, 制单时间]}
key: [order_no, line_no]
feeds: {order: {amounts: per_row, status_words: {paid: [已 审核], unpaid: [草稿]}}}
seen_at: ordered_at
fields:
  order_no: {columns: [销售单], required: true}
  line_no: {columns: [行号], required: true}
  unionid: {columns: [微信], identifier: {type: unionid}}
  phone: {columns: [电话], identifier: {type: phone}}
  status: {columns: [单据状态], required: true}
  paid_cny: {columns: [行实收], type: decimal, unit: cny, required: true}
  refund_cny: {columns: [行退款], type: decimal, unit: cny}
  ordered_at: {columns: [制单时间], type: timestamp, required: true}
"""
ERP = ("销售单", "行号", "单据状态", "行实收", "行退款", "制单时间", "微信", "电话")
# The buyer stands under another name on each line of E1 and E2.
ERP_ROWS = [
    ["E1", "1", "已审核", "10.10", "", AT, "", "13900000003"],
    ["E1", "2", "已 审核", "20.20", "0.20", AT, "oUnionOfBuyer00000000000003", ""],
    ["E2", "1", "草稿", "5", "", AT, "oUnionOfBuyer00000000000004", ""],
    ["E2", "2", "草稿", "5", "", AT, "", "13900000004"],
]
STORES = """
stores:
  tmall_flagship: {platform: taobao, name: 天猫某某旗舰店, file_names: [天猫某某旗舰店]}
  taobao_shop: {platform: taobao, name: 某某旗舰店, file_names: [某某旗舰店]}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("SIYU_KEY", "5a" * 32)
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    (config / "sources" / "own_mall_order.yml").write_text(MALL_YAML, encoding="utf-8")
    (config / "sources" / "erp_sale.yml").write_text(ERP_YAML, encoding="utf-8")
    (config / "stores.yml").write_text(STORES, encoding="utf-8")
    shop = Shop(tmp_path / "data", config)
    taobao = [[row[0][1:], *row[1:]] for row in TAOBAO_ROWS]
    shop.drop_all(
        {
            "天猫某某旗舰店 ExportOrderList20260820000000.csv": csv_text(TAOBAO, taobao[:2]),
            "某某旗舰店 ExportOrderList20260820000000.csv": csv_text(TAOBAO, taobao[2:]),
            "alipay.csv": csv_text(ALIPAY, ALIPAY_ROWS),
            "refund.csv": csv_text(REFUND, REFUND_ROWS),
            "jd_orders_20260820000000.csv": csv_text(JD, JD_ROWS),
            "xhs_orders_20260820000000.csv": csv_text(XHS, XHS_ROWS),
            "wechat_shop_20260820000000.csv": csv_text(SHOP, SHOP_ROWS),
            "1787000000_new.csv": csv_text(DOUYIN, DOUYIN_ROWS),
            "kuaishou.csv": csv_text(KUAISHOU, KUAISHOU_ROWS),
            "mall.csv": csv_text(MALL, MALL_ROWS),
            "erp.csv": csv_text(ERP, ERP_ROWS),
        }
    )
    load = shop.ingest()
    assert {f.status for f in load.files} == {"landed"}, load.messages
    assert not shop.refused()
    return shop


def test_every_order_ends_in_the_right_net_revenue(shop: Shop, build_landed: Build) -> None:
    with build_landed(shop, "+fct_payment", "+fct_order_line") as con:
        orders = con.execute(
            "select order_key, store_id, status, is_paid, paid_cny, refund_cny, net_revenue_cny"
            " from core.fct_order order by order_key"
        ).fetchall()
        payments = con.execute(
            "select order_key, signed_cny, happened_at from core.fct_payment where order_key in"
            " ('crm:M1', 'crm:M2', 'taobao:10000000002') order by order_key, happened_at, signed_cny"
        ).fetchall()
        people = con.execute(
            "select count(distinct person_id) from core.fct_order where platform = 'crm'"
        ).fetchall()
        buyers = con.execute(
            "select order_no, buyer_id_type, count(o.source) from core.fct_order as f"
            " left join raw.identifier_observation as o on o.source = 'erp_sale'"
            " and (o.id_type, o.scope, o.value_key) = (buyer_id_type, buyer_scope, buyer_value_key)"
            " where f.platform = 'erp' group by all order by all"
        ).fetchall()
        law = con.execute(
            "select o.order_key from core.fct_order as o left join core.fct_payment as p"
            " using (order_key) group by o.order_key, o.net_revenue_cny"
            " having o.net_revenue_cny <> coalesce(sum(p.signed_cny), 0)"
        ).fetchall()
        lines = con.execute(
            "select order_key, count(*), sum(paid_cny), sum(refund_cny) from core.fct_order_line"
            " where platform in ('xiaohongshu', 'wechat_shop') group by all order by all"
        ).fetchall()
    money = Decimal
    tmall, plain = "tmall_flagship", "taobao_shop"
    assert orders == [
        (key, store, status, is_paid, money(paid), money(refund), money(paid) - money(refund))
        for key, store, status, is_paid, paid, refund in [
            ("crm:M1", None, "shipped", True, "299.00", "9.99"),
            ("crm:M2", None, "closed", True, "30.00", "0.00"),
            ("douyin:D1", None, "completed", True, "1199.00", "0.00"),
            ("erp:E1", None, "paid", True, "30.30", "0.20"),
            ("erp:E2", None, "unpaid", False, "0.00", "0.00"),
            ("jd:11700000001", None, "cancelled", False, "0.00", "0.00"),
            ("jd:11729439936", None, "completed", True, "100.00", "0.00"),
            ("jd:11749907506", None, "completed", True, "200.05", "0.00"),
            ("kuaishou:K1", None, "completed", True, "88.80", "0.00"),
            ("kuaishou:K2", None, "unpaid", False, "0.00", "0.00"),
            ("kuaishou:K3", None, "completed", True, "10.00", "10.00"),
            ("taobao:10000000001", tmall, "completed", True, "598.00", "0.00"),
            ("taobao:10000000002", tmall, "closed", True, "50.00", "0.00"),
            ("taobao:10000000003", plain, "closed", False, "0.00", "0.00"),
            ("taobao:10000000004", plain, "unpaid", False, "0.00", "0.00"),
            ("taobao:10000000005", plain, "closed", True, "50.00", "20.00"),
            ("wechat_shop:W1", None, "completed", True, "150.00", "50.01"),
            ("xiaohongshu:P1", None, "completed", True, "270.00", "80.10"),
        ]
    ]
    assert payments == [
        ("crm:M1", money("30.00"), datetime(2026, 8, 10, 4, 1)),
        # No bill dates the refund and the file has no time of export: it counts from the payment.
        ("crm:M1", money("-9.99"), datetime(2026, 8, 13, 12, 0)),
        ("crm:M1", money("269.00"), datetime(2026, 8, 13, 12, 0)),
        ("crm:M2", money("30.00"), datetime(2026, 8, 10, 4, 1)),
        ("taobao:10000000002", money("50.00"), datetime(2026, 8, 13, 2, 0)),
    ]
    assert people == [(2,)]
    # The first identifier of the contract, with the very value that stood beside it.
    assert buyers == [("E1", "unionid", 1), ("E2", "unionid", 1)]
    assert law == []
    assert lines == [
        ("wechat_shop:W1", 2, money("150.00"), money("50.01")),
        ("xiaohongshu:P1", 3, money("270.00"), money("80.10")),
    ]
