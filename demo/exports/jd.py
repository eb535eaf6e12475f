"""JD: order rows in GBK, and the settlement workbook whose header stands in row 2."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from demo import rates
from demo.settlement import commission, paid_out_late, planted
from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text, workbook, yuan

ORDER_HEADER = [
    "订单号",
    "商品ID",
    "商品名称",
    "订购数量",
    "支付方式",
    "下单时间",
    "京东价",
    "订单金额",
    "结算金额",
    "余额支付",
    "应付金额",
    "订单状态",
    "订单类型",
    "下单帐号",
    "客户姓名",
    "客户地址",
    "联系电话",
    "订单备注",
    "发票类型",
    "发票抬头",
    "发票内容",
    "商家备注",
    "商家备注等级（等级1-5为由高到低）",
    "运费金额",
    "付款确认时间",
    "增值税发票",
    "货号",
    "订单完成时间",
    "订单来源",
    "订单渠道",
]
SETTLEMENT_HEADER = [
    "订单编号",
    "父单号",
    "订单状态",
    "订单下单时间",
    "订单完成时间",
    "售后服务单号",
    "售后退款时间",
    "商品编号",
    "商品名称",
    "商品数量",
    "扣点类型",
    "佣金比例",
    "费用名称",
    "应结金额",
    "币种",
    "收支方向",
    "结算状态",
    "预计结算时间",
    "账单生成时间",
    "到账时间",
    "商户订单号",
    "资金动账备注",
]


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """jd_orders and jd_settlement of the batch."""
    lines = world.lines_of("jd", batch)
    if len(lines):
        yield Export(f"jd_orders_{batch.stamp}.csv", _orders(lines))
    rows = [*_income(world, batch), *_expense(world.refunds_of("jd", batch))]
    if rows:
        content = workbook(SETTLEMENT_HEADER, rows, "结算单", title_row="结算单明细")
        yield Export(f"jd_settlement_{batch.stamp}.xlsx", content)


def _orders(lines: pd.DataFrame) -> bytes:
    status = np.where(lines["completed_at"].notna(), "完成", "等待确认收货")
    columns = {
        "订单号": lines["order_no"],
        "商品ID": lines["product_id"],
        "商品名称": lines["title"],
        "订购数量": text(lines["quantity"]),
        "支付方式": "在线支付",
        "下单时间": clock(lines["ordered_at"]),
        "京东价": yuan(lines["price"]),
        "订单金额": yuan(lines["order_paid"]),
        "结算金额": yuan(lines["order_paid"]),
        "余额支付": "0.00",
        "应付金额": yuan(lines["order_paid"]),
        "订单状态": np.where(lines["shipped_at"].isna(), "等待出库", status),
        "订单类型": "SOP",
        "下单帐号": lines["jd_pin"],
        "客户姓名": lines["name"],
        "客户地址": lines["province"] + lines["city"] + lines["district"] + lines["street"],
        "联系电话": lines["receiver_phone"],
        "发票类型": "不需要发票",
        "运费金额": yuan(lines["shipping"]),
        "付款确认时间": clock(lines["paid_at"]),
        "货号": lines["code"],
        "订单完成时间": clock(lines["completed_at"]),
        "订单来源": "APP",
        "订单渠道": "京东商城",
    }
    return delimited(ORDER_HEADER, rows_of(ORDER_HEADER, columns, len(lines)), "gbk")


def _shared(rows: pd.DataFrame) -> dict:
    return {
        "订单编号": rows["order_no"],
        "父单号": "0",
        "订单状态": "完成",
        "订单下单时间": clock(rows["ordered_at"]),
        "商品编号": rows["product_id"],
        "商品名称": rows["title"],
        "费用名称": "货款",
        "币种": "人民币",
        "结算状态": "已结算",
    }


def _income(world: World, batch: Batch) -> list[tuple]:
    """Goods, shipping and commission of completed orders; those of a daily bill completed that day.

    A late payout is promised on the day of completion and told again when it came.
    """
    lines = _completed(world, batch)
    if not len(lines):
        return []
    kinds = planted(world, lines)
    paid = lines[kinds != "receipt_missing"]
    heads = lines.drop_duplicates("order_no")
    twice = heads[kinds.reindex(heads.index) == "fee_twice"]
    day = pd.Timedelta(days=1)
    return [
        *_movements(world, batch, paid, "货款", "收入", paid["paid"]),
        *_movements(world, batch, paid := _heads(paid), "运费", "收入", paid["shipping"]),
        *_movements(world, batch, heads, "佣金", "支出", commission(heads["order_paid"])),
        *_movements(world, batch, twice, "佣金", "支出", commission(twice["order_paid"]), day),
    ]


def _heads(lines: pd.DataFrame) -> pd.DataFrame:
    heads = lines.drop_duplicates("order_no")
    return heads[heads["shipping"] > 0]


def _completed(world: World, batch: Batch) -> pd.DataFrame:
    orders = world.orders[world.orders["platform"] == "jd"].rename(columns={"paid": "order_paid"})
    done = orders["ordered_at"] + pd.Timedelta(days=rates.COMPLETED_AFTER_DAYS)
    orders = orders.assign(completed_at=done)
    if batch.daily:
        late = paid_out_late(world, orders) & batch.covers(
            done + pd.Timedelta(days=rates.LATE_PAYOUT_DAYS)
        )
        orders = orders[batch.covers(done) | late]
    else:
        age = (pd.Timestamp(batch.state_on) - orders["day"]).dt.days
        orders = orders[batch.covers(orders["ordered_at"]) & (age >= rates.COMPLETED_AFTER_DAYS)]
    lines = world.lines.drop(columns=["buyer", "ordered_at"])
    lines = orders.drop(columns=["buyer"], errors="ignore").merge(lines, on="invoice")
    return lines.sort_values(["ordered_at", "line"]).reset_index(drop=True)


def _movements(
    world: World,
    batch: Batch,
    rows: pd.DataFrame,
    fee: str,
    direction: str,
    cents: pd.Series,
    billed_after: pd.Timedelta | None = None,
) -> list[tuple]:
    if not len(rows):
        return []
    late = paid_out_late(world, rows)
    billed = rows["completed_at"] + (billed_after or pd.Timedelta(0))
    # What was charged twice is charged on the day of the payout, so a daily bill holds both.
    settled = rows["completed_at"] + pd.to_timedelta(late * rates.LATE_PAYOUT_DAYS, unit="D")
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    come = settled < end
    columns = _shared(rows) | {
        "费用名称": fee,
        "订单完成时间": clock(rows["completed_at"]),
        "商品数量": text(rows["quantity"]),
        "应结金额": yuan(cents),
        "收支方向": direction,
        "结算状态": np.where(come, "已结算", "待结算"),
        "预计结算时间": clock(settled),
        "账单生成时间": clock(billed),
        "到账时间": clock(settled.where(come)),
    }
    return list(rows_of(SETTLEMENT_HEADER, columns, len(rows)))


def _expense(refunds: pd.DataFrame) -> list[tuple]:
    if not len(refunds):
        return []
    columns = _shared(refunds) | {
        "售后服务单号": refunds["refund_no"],
        "售后退款时间": clock(refunds["refunded_at"]),
        "商品数量": text(refunds["back_quantity"]),
        "应结金额": yuan(refunds["cents"]),
        "收支方向": "支出",
        "到账时间": clock(refunds["refunded_at"]),
    }
    return list(rows_of(SETTLEMENT_HEADER, columns, len(refunds)))
