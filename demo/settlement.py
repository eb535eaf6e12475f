"""Differences planted between orders and bills: which orders, of what kind, over what amount.

They stand on bills alone; no order, refund or line changes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from demo import rates
from demo.world import Batch, World
from demo.write import yuan


def commission(cents: pd.Series) -> pd.Series:
    """JD's commission on a paid amount, in cents, halves up."""
    return (cents * rates.JD_COMMISSION_PERCENT + 50) // 100


def wechat_fee(cents: pd.Series) -> pd.Series:
    """WeChat Pay's fee on a paid amount, in cents, halves up."""
    return (cents * rates.WECHAT_FEE_PER_MILLE + 500) // 1000


def planted(world: World, orders: pd.DataFrame) -> pd.Series:
    """Kind of the planted difference per order, empty for most. Every order has one at most."""
    share = world.draws.share(orders["order_no"], "planted difference")
    jd = (orders["platform"] == "jd").to_numpy()
    # A fee of nothing cannot be charged twice.
    wechat = (
        orders["platform"].isin(("wechat_shop", "youzan")).to_numpy()
        & (wechat_fee(orders["paid"]) > 1).to_numpy()
    )
    missing = rates.RECEIPT_MISSING
    kinds = np.select(
        [
            jd & (share < missing),
            jd & (share < missing + rates.FEE_TWICE),
            wechat & (share < rates.FEE_TWICE),
        ],
        ["receipt_missing", "fee_twice", "fee_twice"],
        "",
    )
    return pd.Series(kinds, index=orders.index)


def paid_out_late(world: World, orders: pd.DataFrame) -> pd.Series:
    """JD orders whose money comes days after completion instead of the same day."""
    share = world.draws.share(orders["order_no"], "late payout")
    return pd.Series(share < rates.LATE_PAYOUT, index=orders.index)


def write_differences(world: World, batch: Batch, folder: Path) -> None:
    """settlement.json: count and amount of every kind that the bills known by now hold.

    `payout_promised` is time, not a fault: completed, and promised for a day to come.
    """
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    orders = world.orders[world.orders["ordered_at"] < end]
    kinds = planted(world, orders)
    jd = orders["platform"] == "jd"
    completed_on = orders["day"] + pd.Timedelta(days=rates.COMPLETED_AFTER_DAYS)
    billed = (jd & (completed_on < end)) | ~jd
    # A receipt is missing only once it is overdue; until then it may be on its way.
    overdue = jd & (
        completed_on + pd.Timedelta(days=rates.JD_GRACE_DAYS) < end - pd.Timedelta(days=1)
    )
    due_on = completed_on + pd.Timedelta(days=rates.LATE_PAYOUT_DAYS)
    late = jd & billed & (due_on >= end) & paid_out_late(world, orders)
    late &= kinds != "receipt_missing"
    twice = billed & (kinds == "fee_twice") & ~late
    fee = pd.Series(
        np.where(jd, commission(orders["paid"]), wechat_fee(orders["paid"])), orders.index
    )
    missing = overdue & (kinds == "receipt_missing")
    found = {
        "receipt_missing": _sum(orders.loc[missing, "paid"], -1),
        "fee_too_high": _sum(fee[twice], -1),
        "payout_promised": _sum(orders.loc[late, "paid"], -1),
    }
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "settlement.json").write_text(text)


def _sum(cents: pd.Series, sign: int) -> dict[str, object]:
    return {"orders": len(cents), "amount_cny": yuan([sign * int(cents.sum())])[0]}
