"""Taobao/Tmall: orders, sub-orders and refunds, GB18030 with Excel's armour around ids."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from demo import rates
from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text, yuan

ORDER_HEADER = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址",
    "运送方式",
    "联系电话",
    "联系手机",
    "订单创建时间",
    "订单付款时间",
    "宝贝标题",
    "宝贝种类",
    "物流单号",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "天猫卡券抵扣",
    "集分宝抵扣",
    "是否是O2O交易",
]
LINE_HEADER = [
    "子订单编号",
    "主订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
    "支付单号",
    "买家应付货款",
    "买家实付金额",
    "退款状态",
    "退款金额",
    "订单创建时间",
    "订单付款时间",
]
REFUND_HEADER = [
    "订单编号",
    "退款编号",
    "支付宝交易号",
    "订单付款时间",
    "商家编码",
    "退款完结时间",
    "买家会员名称",
    "买家实际支付金额",
    "宝贝标题",
    "买家退款金额",
    "手工退款/系统退款",
    "是否需要退货",
    "退款的申请时间",
    "超时时间",
    "退款状态",
]
STATUS = ("买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "交易成功")
STORE = "花间集旗舰店"


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """ExportOrderList of each store; ExportItemList and ExportRefundList of the batch."""
    orders = world.orders_of("taobao", batch)
    if len(orders):
        stores = store_of(world, orders)
        for store in (rates.FLAGSHIP, rates.OUTLET):
            sold = orders[stores == store]
            if len(sold):
                yield Export(f"ExportOrderList{batch.stamp}_{store}.csv", _orders(sold))
        lines = world.lines_of("taobao", batch)
        yield Export(f"ExportItemList{batch.stamp}.csv", _lines(lines))
    refunds = world.refunds_of("taobao", batch)
    if len(refunds):
        yield Export(f"ExportRefundList{batch.stamp}.csv", _refunds(refunds))


def store_of(world: World, orders) -> np.ndarray:
    """The name of the store that sold each order."""
    outlet = world.draws.share(orders["invoice"], "store") < rates.OUTLET_ORDER
    return np.where(outlet, rates.OUTLET, rates.FLAGSHIP)


def _status(rows) -> np.ndarray:
    status = np.where(rows["completed_at"].notna(), STATUS[2], STATUS[1])
    return np.where(rows["shipped_at"].isna(), STATUS[0], status)


def _armoured(values) -> list[str]:
    return [f'="{v}"' for v in values]


def _orders(orders) -> bytes:
    closed = orders["refund"] >= orders["goods"]
    columns = {
        "订单编号": _armoured(orders["order_no"]),
        "买家会员名": orders["taobao_nick"],
        "买家支付宝账号": orders["alipay"],
        "买家应付货款": yuan(orders["goods"]),
        "买家应付邮费": yuan(orders["shipping"]),
        "买家支付积分": "0",
        "总金额": yuan(orders["paid"]),
        "返点积分": "0",
        "买家实际支付金额": yuan(orders["paid"]),
        "买家实际支付积分": "0",
        "订单状态": np.where(closed, "交易关闭", _status(orders)),
        "收货人姓名": orders["name"],
        "收货地址": orders["province"] + " " + orders["city"] + " " + orders["street"] + "(000000)",
        "运送方式": "快递",
        "联系手机": ["'" + p for p in orders["receiver_phone"]],
        "订单创建时间": clock(orders["ordered_at"]),
        "订单付款时间": clock(orders["paid_at"]),
        "宝贝种类": text(orders["line_count"]),
        "宝贝总数量": text(orders["item_quantity"]),
        "店铺Id": "0",
        "店铺名称": STORE,
        "订单关闭原因": np.where(closed, "买家退货退款", "订单未关闭"),
        "卖家服务费": "0",
        "买家服务费": "0",
        "是否手机订单": "手机订单",
    }
    return delimited(ORDER_HEADER, rows_of(ORDER_HEADER, columns, len(orders)), "gb18030")


def _lines(lines) -> bytes:
    back = lines["line_refund"]
    # This report writes the comma of the status half-width.
    status = [
        s.replace("，", ",") for s in np.where(back >= lines["paid"], "退款成功", _status(lines))
    ]
    columns = {
        "子订单编号": _armoured(lines["order_no"] + lines["line_no"].map("{:04d}".format)),
        "主订单编号": _armoured(lines["order_no"]),
        "标题": lines["title"],
        "价格": yuan(lines["price"]),
        "购买数量": text(lines["quantity"]),
        "外部系统编号": lines["code"],
        "订单状态": status,
        "商家编码": lines["product_id"],
        "支付单号": lines["transaction_no"],
        "买家应付货款": yuan(lines["paid"]),
        "买家实付金额": yuan(lines["paid"]),
        "退款状态": np.where(back > 0, "退款成功", "无退款申请"),
        "退款金额": [r if b else "无退款申请" for r, b in zip(yuan(back), back > 0, strict=True)],
        "订单创建时间": clock(lines["ordered_at"]),
        "订单付款时间": clock(lines["paid_at"]),
    }
    return delimited(LINE_HEADER, rows_of(LINE_HEADER, columns, len(lines)), "gb18030")


def _refunds(refunds) -> bytes:
    columns = {
        "订单编号": refunds["order_no"],
        "退款编号": refunds["refund_no"],
        "支付宝交易号": refunds["transaction_no"],
        "订单付款时间": clock(refunds["paid_at"]),
        "商家编码": refunds["product_id"],
        "退款完结时间": clock(refunds["refunded_at"]),
        "买家会员名称": refunds["taobao_nick"],
        "买家实际支付金额": yuan(refunds["line_paid"]),
        "宝贝标题": refunds["title"],
        "买家退款金额": yuan(refunds["cents"]),
        "手工退款/系统退款": "手工退款",
        "是否需要退货": "是",
        "退款的申请时间": clock(refunds["refunded_at"]),
        "退款状态": "退款成功",
    }
    return delimited(REFUND_HEADER, rows_of(REFUND_HEADER, columns, len(refunds)), "gb18030")
