"""Xiaohongshu: one workbook row per SKU; the first row of an order carries its shipping."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from demo.creators import named_in
from demo.world import Batch, World
from demo.write import Export, clock, rows_of, text, workbook, yuan

HEADER = [
    "订单号",
    "订单状态",
    "售后状态",
    "订单类型",
    "订单标记",
    "收件人姓名",
    "收件人电话",
    "收件人地址",
    "省",
    "市",
    "区",
    "区域编码",
    "小红书编码",
    "条形码",
    "规格ID",
    "达人ID",
    "达人名称",
    "SKU名称",
    "SKU规格",
    "SKU件数",
    "是否为赠品",
    "发票/Invoice",
    "商品总价(元)",
    "用户应付金额(元)",
    "平台优惠(元)",
    "店铺优惠(元)",
    "支付渠道优惠(元)",
    "SKU商家改价(元)",
    "商家应收金额(元)（支付金额）",
    "支付方式",
    "支付渠道订单号",
    "支付期数",
    "利息费用",
    "手续费承担方",
    "支付时间",
    "sku净重(kg)",
    "包裹总净重(kg)",
    "包裹总运费(元)",
    "快递公司",
    "快递单号",
    "发货链接",
    "大头笔/Paint Marker",
    "集包地/Express Extend 1",
    "三段码/Express Extend 2",
    "订购人身份证姓名/ID Name",
    "订购人身份证号/ID Number",
    "收件人身份证姓名",
    "收件人身份证号",
    "订单创建时间",
    "预售订单开始发货时间",
    "预售订单截止发货时间",
    "承诺发货时间",
    "订单发货时间",
    "订单完成时间",
    "发货仓库",
    "确认收货类型",
    "是否延迟收货",
    "用户备注",
    "包裹备注标记",
    "包裹备注信息",
    "异常原因",
    "店铺名称",
    "用户编号",
    "运费模版名称",
    "物流方案名称",
    "第三方机构订单号",
    "国补模式",
    "供应商id",
    "供应商名称",
    "商家编码",
    "商品ID",
    "商品名称",
]


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """xhs_orders of the batch."""
    lines = world.lines_of("xiaohongshu", batch)
    if not len(lines):
        return
    paid = yuan(lines["paid"] + lines["shipping"].where(lines["line_no"] == 1, 0))
    status = np.where(lines["completed_at"].notna(), "已完成", "已发货")
    creators, names = named_in(world, lines, "")
    columns = {
        "订单号": lines["order_no"],
        "订单状态": np.where(lines["shipped_at"].isna(), "待发货", status),
        "售后状态": "无售后",
        "订单类型": "普通订单",
        "收件人姓名": lines["name"],
        "收件人电话": lines["receiver_phone"],
        "收件人地址": lines["street"],
        "省": lines["province"],
        "市": lines["city"],
        "区": lines["district"],
        "小红书编码": "XHS" + lines["product_id"],
        "规格ID": lines["product_id"],
        "达人ID": creators,
        "达人名称": names,
        "SKU名称": lines["title"],
        "SKU件数": text(lines["quantity"]),
        "是否为赠品": "否",
        "商品总价(元)": yuan(lines["paid"]),
        "用户应付金额(元)": paid,
        "平台优惠(元)": "0.00",
        "商家应收金额(元)（支付金额）": paid,
        "支付方式": "支付宝",
        "支付时间": clock(lines["paid_at"]),
        "订单创建时间": clock(lines["ordered_at"]),
        "订单发货时间": clock(lines["shipped_at"]),
        "订单完成时间": clock(lines["completed_at"]),
        "店铺名称": "花间集小店",
        "用户编号": lines["xhs_user"],
        "商家编码": lines["product_id"],
    }
    rows = rows_of(HEADER, columns, len(lines))
    yield Export(f"xhs_orders_{batch.stamp}.xlsx", workbook(HEADER, rows, "订单"))
