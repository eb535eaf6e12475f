"""Creators (KOL): works, the orders that came through them, and the commissions paid for these."""

from __future__ import annotations

import pandas as pd

from demo import rates
from demo.world import World

NAMES = {"douyin": ("88000000", "好物达人"), "xiaohongshu": ("66000000", "种草博主")}


def creator_id(platform: str, number: int) -> str:
    return f"{NAMES[platform][0]}{number:02d}"


def creator_name(creator: str) -> str:
    """'好物达人3号' for '8800000003'."""
    name = next(name for head, name in NAMES.values() if creator.startswith(head))
    return f"{name}{int(creator[-2:])}号"


def make_creator_works(world: World) -> pd.DataFrame:
    start = world.orders["ordered_at"].min().normalize()
    days = (pd.Timestamp(rates.LAST_DAY) - start).days
    ids = [f"work{n:02d}" for n in range(rates.CREATOR_WORKS)]
    low, high = rates.CREATOR_FEE_CNY
    who = [creator_id("douyin", n + 1) for n in world.draws.below(ids, "creator", rates.CREATORS)]
    at = start + pd.to_timedelta(world.draws.below(ids, "work day", days), unit="D")
    views = 5000 + world.draws.below(ids, "work views", 50000)
    return pd.DataFrame(
        {
            "合作单号": ["K" + d for d in world.draws.digits(ids, "cooperation", 10)],
            "平台": "douyin",
            "达人ID": who,
            "达人昵称": [creator_name(w) for w in who],
            "作品标题": [f"达人测评 {n + 1:02d}" for n in range(len(ids))],
            "发布时间": at + pd.Timedelta(hours=19),
            "合作费用(元)": [f"{low + v}.00" for v in world.draws.below(ids, "fee", high - low)],
            "播放量": views.astype(str),
            "互动量": (views * 7 // 100).astype(str),
        }
    )


def orders_through_creators(world: World) -> pd.DataFrame:
    """Orders whose export names a creator: Douyin's in the days after a work, a share of Xiaohongshu's.

    One row per order: order_no, platform, ordered_at, goods (cents), creator, and the work (合作单号)
    where there is one.
    """
    works = make_creator_works(world).sort_values(["发布时间", "合作单号"])
    orders = world.orders[["order_no", "platform", "ordered_at", "goods"]]
    chosen = orders[orders["platform"] == "douyin"]
    chosen = chosen[world.draws.share(chosen["order_no"], "creator") < rates.CREATOR_ORDER]
    watched = pd.merge_asof(
        chosen.sort_values(["ordered_at", "order_no"]), works[["发布时间", "合作单号", "达人ID"]],
        left_on="ordered_at", right_on="发布时间", direction="backward",
        tolerance=pd.Timedelta(days=rates.CREATOR_ORDER_WITHIN_DAYS),
    ).dropna(subset=["合作单号"])  # fmt: skip
    watched = watched.rename(columns={"达人ID": "creator"}).drop(columns=["发布时间"])
    noted = orders[orders["platform"] == "xiaohongshu"]
    noted = noted[world.draws.share(noted["order_no"], "creator") < rates.XHS_CREATOR_ORDER]
    who = world.draws.below(noted["order_no"], "xhs creator", rates.XHS_CREATORS)
    noted = noted.assign(creator=[creator_id("xiaohongshu", n + 1) for n in who])
    return pd.concat([watched, noted], ignore_index=True)


def named_in(world: World, lines: pd.DataFrame, null: str) -> tuple[list[str], list[str]]:
    """Creator's id and name for each export line; `null` where the order has none."""
    orders = orders_through_creators(world).set_index("order_no")["creator"]
    found = orders.reindex(lines["order_no"])
    ids = [null if pd.isna(c) else c for c in found]
    return ids, [null if pd.isna(c) else creator_name(c) for c in found]


def make_commissions(world: World) -> pd.DataFrame:
    """What is settled with a creator for each order that one of their works brought."""
    found = orders_through_creators(world).dropna(subset=["合作单号"])
    cents = (found["goods"] * rates.COMMISSION_RATE).round().astype("int64")
    return pd.DataFrame(
        {
            "结算单号": ["J" + d for d in world.draws.digits(found["order_no"], "commission", 14)],
            "平台": "douyin",
            "订单号": found["order_no"],
            "达人ID": found["creator"],
            "合作单号": found["合作单号"],
            "佣金比例": f"{rates.COMMISSION_RATE:.0%}",
            "佣金(元)": [f"{c // 100}.{c % 100:02d}" for c in cents],
            "结算时间": (found["ordered_at"] + pd.Timedelta(days=1)).dt.floor("s"),
        }
    ).sort_values(["结算时间", "结算单号"])
