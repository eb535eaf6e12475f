"""The member programme: coupons, consents, and a referral tree of known growth."""

from __future__ import annotations

from collections import deque

import numpy as np
import pandas as pd

from demo import rates
from demo.world import World


def make_coupons(world: World) -> pd.DataFrame:
    """One row per coupon; a used one names a real order that its member placed while it was valid."""
    members = world.people[world.people["member_no"].notna() & ~world.people["is_lead"]]
    welcome = members.assign(batch="welcome", issued_at=members["joined_at"])
    parts = [welcome]
    for batch, day in rates.COUPON_BATCHES.items():
        at = pd.Timestamp(day) + pd.Timedelta(hours=10)
        chosen = world.draws.share(members["person"], batch) < rates.COUPON_BATCH_SHARE
        parts.append(
            members[chosen & (members["joined_at"] < at)].assign(batch=batch, issued_at=at)
        )
    coupons = pd.concat(parts, ignore_index=True)
    valid = pd.Timedelta(days=rates.COUPON_VALID_DAYS)
    key = coupons["person"] + "/" + coupons["batch"]
    coupons["券码"] = ["Q" + d for d in world.draws.digits(key, "coupon", 14)]
    orders = world.orders[["person", "order_no", "ordered_at"]]
    uses = coupons[["券码", "person", "issued_at"]].merge(orders, on="person")
    uses = uses[
        (uses["ordered_at"] > uses["issued_at"]) & (uses["ordered_at"] <= uses["issued_at"] + valid)
    ]
    uses = uses[world.draws.share(uses["券码"], "used") < rates.COUPON_USED]
    uses = uses.sort_values(["ordered_at", "order_no"]).drop_duplicates("券码")
    # One order takes one coupon.
    uses = uses.drop_duplicates("order_no").set_index("券码")
    return pd.DataFrame(
        {
            "券码": coupons["券码"],
            "券批次": coupons["batch"],
            "会员号": coupons["member_no"],
            "issued_at": coupons["issued_at"],
            "used_at": uses["ordered_at"].reindex(coupons["券码"]).to_numpy(),
            "过期日期": (coupons["issued_at"] + valid).dt.strftime("%Y-%m-%d"),
            "订单号": uses["order_no"].reindex(coupons["券码"]).to_numpy(),
        }
    )


def make_consents(world: World) -> pd.DataFrame:
    """One row per change: granted on joining, by some revoked later."""
    members = world.people[world.people["member_no"].notna()]
    frames = []
    for channel, account in (("sms", "phone"), ("wecom", "external_userid"), ("oa", "openid_oa")):
        chosen = members[members[account].notna()]
        ids = chosen["person"] + "/" + channel
        chosen = chosen[world.draws.share(ids, "consent") < rates.CONSENT_GRANTED]
        ids = chosen["person"] + "/" + channel
        frames.append(_changes(chosen, ids, channel, "granted", chosen["joined_at"]))
        off = world.draws.share(ids, "revoked") < rates.CONSENT_REVOKED
        wait = pd.to_timedelta(
            world.draws.below(ids, "revoked after", 200 * 86400) + 3600, unit="s"
        )
        frames.append(_changes(chosen, ids, channel, "revoked", chosen["joined_at"] + wait)[off])
    return pd.concat(frames, ignore_index=True)


def _changes(
    people: pd.DataFrame, ids: pd.Series, channel: str, status: str, at: pd.Series
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "授权记录号": "A-" + ids + "-" + status,
            "手机号": people["phone"],
            "unionid": people["unionid"],
            "用途": "marketing",
            "渠道": channel,
            "授权状态": status,
            "变更时间": at,
            "_person": people["person"],
        }
    )


def make_referrals(world: World) -> pd.DataFrame:
    """One row per accepted invitation. Newcomers are taken in the order in which they appear."""
    people = world.people.sort_values(["first_seen_at", "person"])
    people = people[people["is_fan"] | people["is_visitor"]]
    bounds = np.cumsum(rates.REFERRAL_INVITES)
    brings = np.searchsorted(bounds, world.draws.share(people["person"], "brings"), side="right")
    starts = world.draws.share(people["person"], "starts") < rates.REFERRAL_ROOT_SHARE
    waiting: deque[list] = deque()
    rows = []
    for person, unionid, at, count, root in zip(people["person"], people["unionid"],
                                                people["first_seen_at"], brings, starts,
                                                strict=True):  # fmt: skip
        depth = 0
        if not root:
            if not waiting:
                continue
            parent = waiting[0]
            depth = parent[2] + 1
            rows.append((parent[0], parent[1], person, unionid, at, depth))
            parent[3] -= 1
            if parent[3] == 0:
                waiting.popleft()
        if count and depth < rates.REFERRAL_MAX_DEPTH:
            waiting.append([person, unionid, depth, int(count)])
    names = ["_referrer", "邀请人unionid", "_referee", "被邀请人unionid", "邀请时间", "_depth"]
    tree = pd.DataFrame(rows, columns=names)
    tree["邀请时间"] = pd.to_datetime(tree["邀请时间"])
    tree.insert(
        0, "邀请记录号", ["R" + d for d in world.draws.digits(tree["_referee"], "referral", 12)]
    )
    tree["活动编号"] = "friends-2026"
    tree["奖励金额"] = rates.REFERRAL_REWARD_CNY
    return tree
