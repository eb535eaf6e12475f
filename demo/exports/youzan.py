"""Youzan: orders with a repeated header, customers with a trailing comma, masked phones, —— for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text, yuan

CUSTOMER_HEADER = [
    "客户姓名",
    "客户昵称",
    "客户手机号",
    "客户生日",
    "客户性别",
    "标签",
    "是否会员",
    "成长值",
    "免费等级",
    "付费等级",
    "权益卡",
    "客户积分",
    "客户储值余额",
    "消费次数",
    "消费金额",
    "累计退款金额",
    "累计退款订单数",
    "笔单价",
    "上次消费时间",
    "分销员",
    "导购员",
    "企微好友",
    "来源渠道",
    "来源方式",
    "成为客户时间",
    "成为会员时间",
    "成为会员店铺",
    "公众号",
    "公众号关注时间",
    "最近浏览时间",
    "微信地域",
    "所属区域",
    "指定时间消费次数",
    "指定时间消费金额",
    "",
]
ORDER_HEADER = [
    "订单号",
    "销售渠道",
    "归属店铺",
    "订单类型",
    "订单状态",
    "推广方式",
    "订单来源",
    "订单创建时间",
    "买家付款时间",
    "交易成功时间",
    "付款方式",
    "支付流水号",
    "商品金额合计",
    "运费",
    "店铺优惠合计",
    "应收订单金额",
    "订单实付金额",
    "支付优惠合计",
    "订单实收金额",
    "订单抵用积分数",
    "店铺优惠方式",
    "支付优惠方式",
    "全部商品名称",
    "商品种类数",
    "订单配送方式",
    "同城送达时间/提货时间",
    "收货人省份",
    "收货人城市",
    "收货人地区",
    "详细收货地址/提货地址",
    "收货人/提货人",
    "收货人手机号/提货人手机号",
    "买家备注",
    "订单星级",
    "买家昵称",
    "买家是否会员",
    "买家手机号",
    "下单网点",
    "收银员",
    "分销员",
    "销售导购",
    "专属导购",
    "订单退款状态",
    "订单已退款金额",
    "商家订单备注",
    "桌号",
    "挂账主体",
    "挂账手机号",
    "团长订单",
    "订单风险标签",
    "分销员",
    "分销员手机号",
]


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """youzan_orders, and youzan_customers of those whose first Youzan order is in the batch."""
    orders = world.orders_of("youzan", batch)
    if len(orders):
        yield Export(f"youzan_orders_{batch.stamp}.csv", _orders(world, orders))
    mine = world.orders[world.orders["platform"] == "youzan"].sort_values("ordered_at")
    first = mine.drop_duplicates("person")
    first = first[batch.covers(first["ordered_at"])]
    if len(first):
        yield Export(f"youzan_customers_{batch.stamp}.csv", _customers(world, batch, mine, first))


def _orders(world: World, orders: pd.DataFrame) -> bytes:
    titles = world.lines[world.lines["invoice"].isin(orders["invoice"])]
    joined = titles.groupby("invoice")["title"].agg(";".join).reindex(orders["invoice"])
    status = np.where(orders["completed_at"].notna(), "交易完成", "已发货")
    back = np.where(orders["refund"] >= orders["goods"], "全额退款", "部分退款")
    columns = dict.fromkeys(ORDER_HEADER, "——") | {
        "订单号": orders["order_no"],
        "销售渠道": "网店",
        "归属店铺": "花间集官方商城",
        "订单类型": "普通订单",
        "订单状态": np.where(orders["shipped_at"].isna(), "待发货", status),
        "订单创建时间": clock(orders["ordered_at"]),
        "买家付款时间": clock(orders["paid_at"]),
        "交易成功时间": clock(orders["completed_at"], null="——"),
        "付款方式": "微信支付",
        "支付流水号": orders["transaction_no"],
        "商品金额合计": yuan(orders["goods"]),
        "运费": yuan(orders["shipping"]),
        "店铺优惠合计": "0.00",
        "应收订单金额": yuan(orders["paid"]),
        "订单实付金额": yuan(orders["paid"]),
        "订单实收金额": yuan(orders["paid"]),
        "全部商品名称": joined,
        "商品种类数": text(orders["line_count"]),
        "收货人省份": orders["province"],
        "收货人城市": orders["city"],
        "收货人地区": orders["district"],
        "详细收货地址/提货地址": orders["street"],
        "收货人/提货人": orders["name"],
        "收货人手机号/提货人手机号": orders["receiver_phone"],
        "买家昵称": orders["name"],
        "买家手机号": orders["receiver_phone"],
        "订单退款状态": np.where(orders["refund"] > 0, back, "——"),
        "订单已退款金额": yuan(orders["refund"]),
    }
    rows = rows_of(ORDER_HEADER, columns, len(orders))
    return delimited(ORDER_HEADER, rows, "utf-8")


def _customers(world: World, batch: Batch, mine: pd.DataFrame, first: pd.DataFrame) -> bytes:
    known = mine[mine["ordered_at"] < pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)]
    sums = known.groupby("person").agg(n=("paid", "size"), spent=("paid", "sum"),
                                       last=("ordered_at", "max"))  # fmt: skip
    rows = first.join(sums, on="person").join(
        world.people[["name", "gender", "member_no"]], on="person"
    )
    member = rows["member_no"].notna()
    columns = dict.fromkeys(CUSTOMER_HEADER[:-1], "——") | {
        "客户姓名": rows["name"],
        "客户昵称": rows["name"],
        "客户手机号": rows["receiver_phone"],
        "客户性别": rows["gender"],
        "是否会员": np.where(member, "是", "否"),
        "权益卡": " ",
        "客户积分": "0",
        "客户储值余额": "0.00",
        "消费次数": text(rows["n"]),
        "消费金额": yuan(rows["spent"]),
        "上次消费时间": clock(rows["last"]),
        "来源渠道": "微信小程序",
        "成为客户时间": clock(rows["ordered_at"]),
        "成为会员时间": clock(rows["ordered_at"].where(member), null="——"),
    }
    rows_out = rows_of(CUSTOMER_HEADER, columns, len(rows))
    return delimited(CUSTOMER_HEADER, rows_out, "utf-8")
