"""PDD and Douyin: the platforms that never tell who bought. Real guest orders are told there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from demo.creators import named_in
from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text, yuan

PDD_HEADER = [
    "订单成交时间",
    "商品",
    "订单号",
    "订单状态",
    "商品总价(元)",
    "邮费(元)",
    "店铺优惠折扣(元)",
    "平台优惠折扣(元)",
    "多多支付立减金额(元)",
    "用户实付金额(元)",
    "商家实收金额(元)",
    "商品数量(件)",
    "发货时间",
    "确认收货时间",
    "商品id",
    "商品规格",
    "样式ID",
    "商家编码-规格维度",
    "商家编码-商品维度",
    "商家备注",
    "售后状态",
    "快递单号",
    "快递公司",
]
DOUYIN_HEADER = [
    "主订单编号",
    "子订单编号",
    "选购商品",
    "商品规格",
    "商品数量",
    "商品ID",
    "商家编码",
    "商品单价",
    "订单应付金额",
    "运费",
    "优惠总金额",
    "平台优惠",
    "商家优惠",
    "达人优惠",
    "商家改价",
    "支付优惠",
    "红包抵扣",
    "支付方式",
    "手续费",
    "收件人",
    "收件人手机号",
    "省",
    "市",
    "区",
    "街道",
    "详细地址",
    "是否修改过地址",
    "地址修改时段",
    "买家留言",
    "订单提交时间",
    "旗帜颜色",
    "商家备注",
    "订单完成时间",
    "支付完成时间",
    "APP渠道",
    "流量来源",
    "订单状态",
    "承诺发货时间",
    "订单类型",
    "鲁班落地页ID",
    "达人ID",
    "达人昵称",
    "所属门店ID",
    "售后状态",
    "取消原因",
    "预约发货时间",
    "仓库ID",
    "仓库名称",
    "序列号",
    "是否安心购",
    "广告渠道",
    "流量类型",
    "流量体裁",
    "流量渠道",
    "发货主体",
    "发货主体明细",
    "发货时间",
    "降价类优惠",
    "平台实际承担优惠金额",
    "商家实际承担优惠金额",
    "达人实际承担优惠金额",
    "预计送达时间",
    "是否平台仓自流转",
    "车型",
    "商品69码",
    "发货SN码",
    "发货IMEI码1",
    "发货IMEI码2",
    "预约送达时间",
    "建议发货时间（起）",
    "建议发货时间（止）",
    "物流SN码",
    "物流IMEI码1",
    "物流IMEI码2",
]


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """pdd_orders and <epoch>_douyin_orders; the last day of a first load is two Douyin files."""
    orders = world.lines_of("pdd", batch)
    if len(orders):
        yield Export(f"pdd_orders_{batch.stamp}.csv", _pdd(orders))
    lines = world.lines_of("douyin", batch)
    if not len(lines):
        return
    last = lines["day"] == pd.Timestamp(batch.state_on)
    noon = lines["day"] + timedelta(hours=12)
    parts = [lines[~last], lines[last & (lines["ordered_at"] < noon)],
             lines[last & (lines["ordered_at"] >= noon)]]  # fmt: skip
    epoch = int(batch.exported_at.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
    for number, part in enumerate([lines] if batch.daily else parts):
        if len(part):
            yield Export(f"{epoch + number}_douyin_orders.csv", _douyin(world, part))


def _pdd(orders: pd.DataFrame) -> bytes:
    status = np.where(orders["completed_at"].notna(), "已收货", "已发货待收货")
    columns = {
        "订单成交时间": clock(orders["ordered_at"]),
        "商品": orders["title"] + "\t",
        "订单号": orders["order_no"] + "\t",
        "订单状态": np.where(orders["shipped_at"].isna(), "待发货", status),
        "商品总价(元)": yuan(orders["goods"]),
        "邮费(元)": yuan(orders["shipping"]),
        "店铺优惠折扣(元)": "0.00",
        "平台优惠折扣(元)": "0.00",
        "多多支付立减金额(元)": "0.00",
        "用户实付金额(元)": yuan(orders["order_paid"]),
        "商家实收金额(元)": yuan(orders["order_paid"]),
        "商品数量(件)": text(orders["quantity"]),
        "发货时间": clock(orders["shipped_at"], null="\t"),
        "确认收货时间": clock(orders["completed_at"], null="\t"),
        "商品id": orders["product_id"] + "\t",
        "商家编码-规格维度": orders["code"] + "\t",
        "商家编码-商品维度": orders["code"] + "\t",
        "售后状态": "无售后或售后取消",
    }
    return delimited(PDD_HEADER, rows_of(PDD_HEADER, columns, len(orders)), "utf-8")


def _tab(values: pd.Series) -> pd.Series:
    return "\t" + values


def _grouped(cents: pd.Series) -> list[str]:
    return [f"{c // 100:,}.{c % 100:02d}" for c in cents]


def _douyin(world: World, lines: pd.DataFrame) -> bytes:
    status = np.where(lines["completed_at"].notna(), "已完成", "已发货")
    shipping = lines["shipping"].where(lines["line_no"] == 1, 0)
    sealed = pd.Series(world.draws.hexes(lines["invoice"], "sealed", 24), index=lines.index)
    creators, names = named_in(world, lines, "-")
    columns = dict.fromkeys(DOUYIN_HEADER, "-") | {
        "主订单编号": _tab(lines["order_no"]),
        "子订单编号": _tab(lines["order_no"] + lines["line_no"].map("{:04d}".format)),
        "选购商品": _tab(lines["title"]),
        "商品数量": text(lines["quantity"]),
        "商品ID": _tab(lines["product_id"]),
        "商家编码": _tab(lines["code"]),
        "商品单价": _grouped(lines["price"]),
        "订单应付金额": _grouped(lines["paid"]),
        "运费": _grouped(shipping),
        **dict.fromkeys(("优惠总金额", "平台优惠", "商家优惠", "达人优惠", "红包抵扣"), "0.00"),
        "支付方式": "微信",
        "收件人": "##" + sealed + "##",
        "收件人手机号": "$$" + sealed + "$$",
        "详细地址": "##" + sealed + "==##",
        "订单提交时间": clock(lines["ordered_at"]),
        "订单完成时间": clock(lines["completed_at"], null="-"),
        "支付完成时间": clock(lines["paid_at"]),
        "订单状态": np.where(lines["shipped_at"].isna(), "待发货", status),
        "发货时间": clock(lines["shipped_at"], null="-"),
        "流量来源": "自营",
        "流量体裁": "直播",
        "APP渠道": "抖音",
        "订单类型": "普通订单",
        "达人ID": creators,
        "达人昵称": names,
    }
    rows = rows_of(DOUYIN_HEADER, columns, len(lines))
    return delimited(DOUYIN_HEADER, rows, "utf-8-sig", quote_all=True)
