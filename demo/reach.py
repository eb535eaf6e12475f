"""What brings people in: channel codes with their spend, content pieces, creators and commissions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.world import Batch, World


def code_of(world: World, people: pd.DataFrame) -> np.ndarray:
    """The channel code that each contact scanned, '' for none."""
    bounds = np.cumsum([code[3] for code in rates.CHANNEL_CODES.values()])
    names = np.array([*rates.CHANNEL_CODES, ""])
    point = world.draws.share(people["person"], "channel code")
    return names[np.searchsorted(bounds, point, side="right")]


def make_codes(world: World) -> pd.DataFrame:
    start = world.orders["ordered_at"].min().normalize()
    rows = [
        (code, name, channel, campaign, f"guide{n:02d}", start)
        for n, (code, (name, channel, campaign, _, _)) in enumerate(rates.CHANNEL_CODES.items(), 1)
    ]
    return pd.DataFrame(
        rows, columns=["活码ID", "活码名称", "渠道", "活动编号", "使用员工", "创建时间"]
    )


def make_spend(world: World) -> pd.DataFrame:
    """Spend per day and campaign: exactly the planted cost times the contacts of that day."""
    people = world.people[world.people["external_userid"].notna()]
    scans = pd.DataFrame({"code": code_of(world, people), "day": people["added_at"].dt.normalize()})
    counts = scans.groupby(["day", "code"]).size().reset_index(name="contacts")
    frames = []
    for code, (_, channel, campaign, _, cents) in rates.CHANNEL_CODES.items():
        days = counts[counts["code"] == code]
        if cents:
            frames.append(pd.DataFrame(
                {
                    "投放日期": days["day"], "渠道": channel, "活动编号": campaign,
                    "投放花费(元)": _yuan(days["contacts"] * cents),
                    "曝光次数": (days["contacts"] * rates.CLICKS_PER_CONTACT
                               * rates.IMPRESSIONS_PER_CLICK).astype(str),
                    "点击次数": (days["contacts"] * rates.CLICKS_PER_CONTACT).astype(str),
                }
            ))  # fmt: skip
    return pd.concat(frames).sort_values(["投放日期", "活动编号"])


def make_pieces(world: World) -> pd.DataFrame:
    """Works and notes the brand published itself, with what they reach in the end."""
    start = world.orders["ordered_at"].min().normalize()
    days = (pd.Timestamp(rates.LAST_DAY) - start).days
    frames = []
    for platform, count in rates.CONTENT_PIECES.items():
        ids = [f"{platform}/{n}" for n in range(count)]
        at = start + pd.to_timedelta(world.draws.below(ids, "piece day", days), unit="D")
        at = at + pd.to_timedelta(world.draws.below(ids, "piece hour", 10) + 9, unit="h")
        form = np.array(list(rates.ENGAGEMENT_RATE))[world.draws.below(ids, "piece form", 2)]
        views = 1000 + world.draws.below(ids, "piece views", 20000)
        frames.append(
            pd.DataFrame(
                {"platform": platform, "title": [f"好物笔记 {n + 1:02d}" for n in range(count)],
                 "published_at": at, "form": form, "views": views}
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def reached(pieces: pd.DataFrame, batch: Batch) -> pd.DataFrame:
    """The pieces published by the batch's state, with the views and engagements grown until then."""
    known = pieces[pieces["published_at"] < pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)]
    known = known.copy()
    age = (pd.Timestamp(batch.state_on) - known["published_at"].dt.normalize()).dt.days + 1
    grown = age.clip(upper=rates.VIEWS_GROW_FOR_DAYS)
    known["age_days"] = age
    known["views"] = known["views"] * grown // rates.VIEWS_GROW_FOR_DAYS
    rate = known["form"].map(rates.ENGAGEMENT_RATE)
    known["engagements"] = (known["views"] * rate).round().astype("int64")
    return known


def split_engagements(total: pd.Series) -> dict[str, pd.Series]:
    """Likes, comments, favourites and shares that sum to the whole."""
    comments, favourites, shares = total // 10, total * 2 // 10, total // 20
    likes = total - comments - favourites - shares
    return {"likes": likes, "comments": comments, "favourites": favourites, "shares": shares}


def articles_of(messages: pd.DataFrame, batch: Batch) -> pd.DataFrame:
    """One article per sending and title, with the opens known by the batch's state."""
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    known = messages[messages["sent_at"] < end]
    known = known.assign(opened=known["opened_at"] < end)
    articles = known.groupby(["sent_at", "title", "message_id"], as_index=False).agg(
        sent=("openid", "size"), opened=("opened", "sum")
    )
    kind = articles["title"].str.startswith("为你").map({True: "p", False: "a"})
    articles["url"] = "https://mp.weixin.qq.com/s/demo-" + articles["message_id"] + kind
    articles["age_days"] = (end - articles["sent_at"]).dt.days
    return articles


def make_ads(world: World) -> pd.DataFrame:
    """PDD spend: a planted share of the goods sold that day, per product; all in cents."""
    orders = world.orders[world.orders["platform"] == "pdd"]
    lines = world.lines[["invoice", "product_id", "title"]].merge(
        orders[["invoice", "day", "goods"]], on="invoice"
    )
    ads = lines.groupby(["day", "product_id"], as_index=False).agg(
        title=("title", "first"), goods=("goods", "sum")
    )
    ads["spend"] = (ads["goods"] * rates.PDD_AD_SHARE).round().astype("int64")
    return ads


def make_creator_works(world: World) -> pd.DataFrame:
    start = world.orders["ordered_at"].min().normalize()
    days = (pd.Timestamp(rates.LAST_DAY) - start).days
    ids = [f"work{n:02d}" for n in range(rates.CREATOR_WORKS)]
    low, high = rates.CREATOR_FEE_CNY
    who = world.draws.below(ids, "creator", rates.CREATORS) + 1
    at = start + pd.to_timedelta(world.draws.below(ids, "work day", days), unit="D")
    views = 5000 + world.draws.below(ids, "work views", 50000)
    return pd.DataFrame(
        {
            "合作单号": ["K" + d for d in world.draws.digits(ids, "cooperation", 10)],
            "平台": "douyin",
            "达人ID": [f"88000000{w:02d}" for w in who],
            "达人昵称": [f"好物达人{w}号" for w in who],
            "作品标题": [f"达人测评 {n + 1:02d}" for n in range(len(ids))],
            "发布时间": at + pd.Timedelta(hours=19),
            "合作费用(元)": [f"{low + v}.00" for v in world.draws.below(ids, "fee", high - low)],
            "播放量": views.astype(str),
            "互动量": (views * 7 // 100).astype(str),
        }
    )


def make_commissions(world: World, works: pd.DataFrame) -> pd.DataFrame:
    """Orders that a work brought: a known share of Douyin's orders in the days after a work."""
    orders = world.orders[world.orders["platform"] == "douyin"]
    orders = orders[world.draws.share(orders["order_no"], "creator") < rates.CREATOR_ORDER]
    works = works.sort_values(["发布时间", "合作单号"])
    found = pd.merge_asof(
        orders.sort_values(["ordered_at", "order_no"]), works[["发布时间", "合作单号", "达人ID"]],
        left_on="ordered_at", right_on="发布时间", direction="backward",
        tolerance=pd.Timedelta(days=rates.CREATOR_ORDER_WITHIN_DAYS),
    ).dropna(subset=["合作单号"])  # fmt: skip
    cents = (found["goods"] * rates.COMMISSION_RATE).round().astype("int64")
    return pd.DataFrame(
        {
            "结算单号": ["J" + d for d in world.draws.digits(found["order_no"], "commission", 14)],
            "平台": "douyin",
            "订单号": found["order_no"],
            "达人ID": found["达人ID"],
            "合作单号": found["合作单号"],
            "佣金比例": f"{rates.COMMISSION_RATE:.0%}",
            "佣金(元)": _yuan(cents),
            "结算时间": (found["ordered_at"] + pd.Timedelta(days=1)).dt.floor("s"),
        }
    ).sort_values(["结算时间", "结算单号"])


def _yuan(cents: pd.Series) -> list[str]:
    return [f"{c // 100}.{c % 100:02d}" for c in cents]
