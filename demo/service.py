"""What people say of the brand: service conversations, NPS answers, product reviews."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.review_words import words_of
from demo.world import World

TOPICS = ("物流", "售后", "商品咨询", "优惠")


def make_conversations(world: World) -> pd.DataFrame:
    """One row per conversation; first responses are evenly spread, per way of access."""
    people = world.people[world.people["external_userid"].notna()]
    ids = people["person"]
    people = people[world.draws.share(ids, "asks") < rates.SERVICE_ASKS]
    ids = people["person"]
    last = pd.Timestamp(rates.LAST_DAY)
    room = (last - people["added_at"].dt.normalize()).dt.days.clip(lower=1).to_numpy()
    day = 1 + (world.draws.share(ids, "asks on") * room).astype("int64")
    clock = world.draws.below(ids, "asks at", 12 * 3600) + 9 * 3600
    start = people["added_at"].dt.normalize() + pd.to_timedelta(day, unit="D")
    start = start + pd.to_timedelta(clock, unit="s")
    ways = list(rates.SERVICE_RESPONSE_SECONDS)
    way = np.array(ways)[world.draws.below(ids, "asks where", len(ways))]
    bounds = np.array([rates.SERVICE_RESPONSE_SECONDS[w] for w in way])
    share = world.draws.share(ids, "answered after")
    wait = bounds[:, 0] + (share * (bounds[:, 1] - bounds[:, 0] + 1)).astype("int64")
    silent = world.draws.share(ids, "never answered") < rates.SERVICE_UNANSWERED
    response = start + pd.to_timedelta(wait, unit="s")
    length = pd.to_timedelta(world.draws.below(ids, "talks for", 1500) + 60, unit="s")
    resolved = ~silent & (world.draws.share(ids, "resolved") < rates.SERVICE_RESOLVED)
    good = world.draws.below(ids, "satisfied", 2) + 4
    score = np.where(resolved, good, world.draws.below(ids, "dissatisfied", 3) + 1)
    return pd.DataFrame(
        {
            "会话ID": ["S" + d for d in world.draws.digits(ids, "conversation", 14)],
            "客户企微ID": people["external_userid"],
            "客服账号": [f"guide{int(p[-1]) % 6 + 1:02d}" for p in people["phone"]],
            "接入渠道": way,
            "会话主题": np.array(TOPICS)[world.draws.below(ids, "topic", len(TOPICS))],
            "会话状态": "已结束",
            "会话开始时间": start,
            "首次响应时间": response.where(~silent),
            "会话结束时间": response + length,
            "是否解决": np.where(resolved, "是", "否"),
            "满意度": score.astype(str),
            "_wait": wait,
            "_answered": ~silent,
        }
    ).sort_values(["会话开始时间", "会话ID"])


def make_answers(world: World) -> pd.DataFrame:
    """NPS answers of members with an order, of a planted make-up."""
    members = world.people[world.people["member_no"].notna() & ~world.people["is_lead"]]
    members = members[world.draws.share(members["person"], "nps") < rates.NPS_ANSWERS]
    ids = members["person"]
    point = world.draws.share(ids, "nps kind")
    high, middle = rates.NPS_SHARES["promoter"], rates.NPS_SHARES["passive"]
    fine = world.draws.below(ids, "nps score", 210)
    score = np.where(point < high, 9 + fine % 2, np.where(point < high + middle, 7 + fine % 2,
                                                          fine % 7))  # fmt: skip
    wait = pd.to_timedelta(world.draws.below(ids, "nps after", 150 * 86400) + 86400, unit="s")
    return pd.DataFrame(
        {
            "答卷编号": ["N" + d for d in world.draws.digits(ids, "nps answer", 12)],
            "会员号": members["member_no"],
            "推荐分": score.astype(str),
            "原因": "",
            "提交时间": (members["first_order_at"] + wait).dt.floor("s"),
        }
    ).sort_values(["提交时间", "答卷编号"])


def make_reviews(world: World) -> pd.DataFrame:
    """A review of the first line of a known share of orders."""
    orders = world.orders[world.orders["platform"].isin(("taobao", "jd", "youzan", "wechat_shop"))]
    orders = orders[world.draws.share(orders["order_no"], "reviewed") < rates.REVIEW_OF_ORDER]
    lines = world.lines[world.lines["line_no"] == 1].set_index("invoice")
    bounds = np.cumsum(rates.REVIEW_SCORES)
    ids = orders["order_no"]
    score = 1 + np.searchsorted(bounds, world.draws.share(ids, "review score"), side="right")
    wait = pd.to_timedelta(world.draws.below(ids, "reviewed after", 12 * 86400) + 3 * 86400,
                           unit="s")  # fmt: skip
    score = np.minimum(score, 5)
    words, is_kind = words_of(world.draws, ids, score)
    return pd.DataFrame(
        {
            "评价编号": ["V" + d for d in world.draws.digits(ids, "review", 14)],
            "平台": orders["platform"],
            "订单号": ids,
            "商品编码": lines["product_id"].reindex(orders["invoice"]).to_numpy(),
            "评分": score.astype(str),
            "评价内容": words,
            "评价时间": orders["ordered_at"] + wait,
            "_kind": is_kind,
        }
    ).sort_values(["评价时间", "评价编号"])
