"""WeChat shop orders, and the WeChat Pay bill that ties orders of two platforms to openids."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from demo import rates
from demo.settlement import planted, wechat_fee
from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text, yuan

SHOP_HEADER = [
    "订单号",
    "订单下单时间",
    "订单发货时间",
    "订单确认收货时间",
    "订单完成结算时间",
    "订单状态",
    "发货方式",
    "收件人姓名",
    "收件人地址",
    "省",
    "市",
    "区",
    "收件人手机",
    "买家备注",
    "商家备注",
    "打标颜色",
    "商品总价",
    "订单实际支付金额",
    "订单实际收款金额",
    "订单运费",
    "商品优惠",
    "跨店优惠",
    "商品改价",
    "积分抵扣",
    "支付方式",
    "支付时间",
    "交易单号",
    "物流公司",
    "快递单号",
    "技术服务费",
    "技术服务费（将以人气卡形式返还）",
    "运费险预计投保费用",
    "带货方式",
    "带货账号类型",
    "带货账号昵称",
    "带货ID",
    "带货费用渠道",
    "带货费用类型",
    "带货费用",
    "带货佣金率",
    "礼物单号",
    "商品名称",
    "商品编码(平台)",
    "商品编码(自定义)",
    "SKU编码(自定义)",
    "商品属性",
    "商品价格(单件)",
    "商品实际价格(单件)",
    "商品实际价格(总共)",
    "是否预售",
    "商品数量",
    "商品平台券优惠",
    "商品平均运费",
    "定制信息",
    "定制预览图",
    "商品发货",
    "商品售后",
    "商品已退款金额",
    "企微企业ID",
    "企微工号",
    "导购最近分享时间",
    "企业微信加密id",
    "企微备注",
    "活动商家补贴",
]
BILL_HEADER = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
]
TOTALS_HEADER = [
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
]
PAID_BY_WECHAT = ("wechat_shop", "youzan")


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """wechat_shop and wechat_pay_bill of the batch."""
    lines = world.lines_of("wechat_shop", batch)
    if len(lines):
        yield Export(f"wechat_shop_{batch.stamp}.csv", _shop(world, lines))
    bill = _bill_rows(world, batch)
    if len(bill):
        yield Export(f"wechat_pay_bill_{batch.stamp}.csv", _bill(bill))


def shared_by_employee(world: World, orders: pd.DataFrame) -> pd.Series:
    """Orders opened from an employee's share, so that the export names the contact."""
    share = world.draws.share(orders["order_no"], "shared by employee")
    known = orders["external_userid"].notna() & (orders["added_at"] < orders["ordered_at"])
    return known & (share < rates.SHARED_BY_EMPLOYEE)


def _shop(world: World, lines: pd.DataFrame) -> bytes:
    status = np.where(lines["completed_at"].notna(), "已完成", "已发货")
    shared = shared_by_employee(world, lines).to_numpy()
    shared_at = (lines["ordered_at"] - pd.Timedelta(hours=3)).where(shared)
    columns = {
        "订单号": lines["order_no"],
        "订单下单时间": clock(lines["ordered_at"]),
        "订单发货时间": clock(lines["shipped_at"]),
        "订单确认收货时间": clock(lines["completed_at"]),
        "订单状态": np.where(lines["shipped_at"].isna(), "待发货", status),
        "发货方式": "快递",
        "收件人姓名": lines["name"],
        "收件人地址": lines["street"],
        "省": lines["province"],
        "市": lines["city"],
        "区": lines["district"],
        "收件人手机": lines["receiver_phone"],
        "商品总价": yuan(lines["goods"]),
        "订单实际支付金额": yuan(lines["order_paid"]),
        "订单实际收款金额": yuan(lines["order_paid"]),
        "订单运费": yuan(lines["shipping"]),
        "支付方式": "微信支付",
        "支付时间": clock(lines["paid_at"]),
        "交易单号": lines["transaction_no"],
        "商品名称": lines["title"],
        "商品编码(平台)": lines["product_id"],
        "商品编码(自定义)": lines["code"],
        "商品价格(单件)": yuan(lines["price"]),
        "商品实际价格(单件)": yuan(lines["price"]),
        "商品实际价格(总共)": yuan(lines["paid"]),
        "是否预售": "否",
        "商品数量": text(lines["quantity"]),
        "商品已退款金额": yuan(lines["line_refund"]),
        "企微企业ID": np.where(shared, rates.CORP_ID, ""),
        "企微工号": np.where(shared, "guide01", ""),
        "导购最近分享时间": clock(shared_at),
        "企业微信加密id": text(lines["external_userid"].where(shared)),
    }
    return delimited(SHOP_HEADER, rows_of(SHOP_HEADER, columns, len(lines)), "utf-8-sig")


def _bill_rows(world: World, batch: Batch) -> pd.DataFrame:
    orders = world.orders[world.orders["platform"].isin(PAID_BY_WECHAT)]
    openids = world.people["openid_mp"].reindex(orders["person"]).to_numpy()
    orders = orders.assign(openid=openids)
    paid = orders[batch.covers(orders["paid_at"])].assign(status="SUCCESS", cents=0, refund_no="0")
    fee = wechat_fee(paid["paid"]) * (1 + (planted(world, paid) == "fee_twice"))
    paid = paid.assign(at=paid["paid_at"], charged=paid["paid"], fee=fee)
    made = world.refunds[batch.covers(world.refunds["refunded_at"])]
    made = made.groupby(["invoice", "cancellation"]).agg(
        at=("refunded_at", "min"), cents=("cents", "sum"), number=("refund_no", "min")
    )
    back = made.reset_index().merge(orders, on="invoice")
    back["refund_no"] = "503" + back["number"]
    back = back.assign(status="REFUND", charged=0, fee=-wechat_fee(back["cents"]))
    return pd.concat([paid, back], ignore_index=True).sort_values(
        ["at", "transaction_no", "refund_no"]
    )


def _bill(bill: pd.DataFrame) -> bytes:
    is_refund = (bill["status"] == "REFUND").to_numpy()
    columns = dict.fromkeys(BILL_HEADER, "") | {
        "交易时间": clock(bill["at"]),
        "公众账号ID": rates.MINI_PROGRAM_APPID,
        "商户号": rates.MERCHANT_ID,
        "特约商户号": "0",
        "微信订单号": bill["transaction_no"],
        "商户订单号": bill["order_no"],
        "用户标识": bill["openid"],
        "交易类型": "JSAPI",
        "交易状态": bill["status"],
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "应结订单金额": yuan(bill["charged"]),
        "代金券金额": "0.00",
        "微信退款单号": bill["refund_no"],
        "商户退款单号": np.where(is_refund, "R" + bill["refund_no"], "0"),
        "退款金额": yuan(bill["cents"]),
        "充值券退款金额": "0.00",
        "退款类型": np.where(is_refund, "ORIGINAL", ""),
        "退款状态": np.where(is_refund, "SUCCESS", ""),
        "商品名称": "商品订单",
        "手续费": [f"{fee}000" for fee in yuan(bill["fee"])],
        "费率": "0.60%",
        "订单金额": yuan(bill["charged"]),
        "申请退款金额": yuan(bill["cents"]),
    }
    rows = [["`" + v for v in row] for row in rows_of(BILL_HEADER, columns, len(bill))]
    charged, back = yuan([bill["charged"].sum()])[0], yuan([bill["cents"].sum()])[0]
    fees = f"{yuan([bill['fee'].sum()])[0]}000"
    totals = [str(len(bill)), charged, back, "0.00", fees, charged, back]
    body = [*rows, TOTALS_HEADER, ["`" + v for v in totals]]
    return delimited(BILL_HEADER, body, "utf-8")
