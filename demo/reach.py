"""What brings people in: channel codes with their spend and content pieces."""

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
        (code, name, channel, campaign, f"guide{n:02d}", rates.CODE_OF_CREATOR.get(code, ""), start)
        for n, (code, (name, channel, campaign, _, _)) in enumerate(rates.CHANNEL_CODES.items(), 1)
    ]
    return pd.DataFrame(
        rows, columns=["活码ID", "活码名称", "渠道", "活动编号", "使用员工", "达人ID", "创建时间"]
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


def _yuan(cents: pd.Series) -> list[str]:
    return [f"{c // 100}.{c % 100:02d}" for c in cents]
