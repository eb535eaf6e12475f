"""Customer groups: who is in them from when to when, and what is said and answered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.world import World


def make_members(world: World) -> pd.DataFrame:
    """One row per group and contact: joined_at, and left_at (NaT while they stay)."""
    people = world.people[world.people["external_userid"].notna()]
    people = people[world.draws.share(people["person"], "in a group") < rates.GROUP_MEMBER]
    ids = people["person"]
    joined = people["added_at"] + _seconds(world, ids, "joins after", 10 * 86400)
    left = joined + pd.Timedelta(days=3) + _seconds(world, ids, "leaves after", 200 * 86400)
    leaves = world.draws.share(ids, "leaves") < rates.GROUP_LEFT
    return pd.DataFrame(
        {
            "person": ids,
            "external_userid": people["external_userid"],
            "unionid": people["unionid"],
            "group": world.draws.below(ids, "group", rates.GROUPS),
            "joined_at": joined.dt.floor("s"),
            "left_at": left.dt.floor("s").where(leaves),
        }
    ).reset_index(drop=True)


def chat_id(group: int) -> str:
    return f"wrSY{group:02d}GroupOfTheDemoBrand00"


def owner_of(group: int) -> str:
    return f"guide{group % 6 + 1:02d}"


def make_messages(world: World, members: pd.DataFrame) -> pd.DataFrame:
    """What members say (at most once a week each), and the owner's answers to a known share."""
    last = pd.Timestamp(rates.LAST_DAY) + pd.Timedelta(days=1)
    until = members["left_at"].fillna(last).clip(upper=last)
    weeks = ((until - members["joined_at"]).dt.days // 7).clip(lower=0)
    said = members.loc[members.index.repeat(weeks)].copy()
    said["week"] = said.groupby("person").cumcount().to_numpy()
    ids = said["person"] + "/" + said["week"].astype(str)
    speaks = world.draws.share(ids, "speaks") < rates.GROUP_SPEAKS_IN_A_WEEK
    said, ids = said[speaks], ids[speaks]
    day = world.draws.below(ids, "speaks on", 7)
    clock = world.draws.below(ids, "speaks at", 12 * 3600) + 9 * 3600
    said["at"] = (
        said["joined_at"].dt.normalize() + pd.to_timedelta(said["week"] * 7 + day + 1, unit="D")
    ) + pd.to_timedelta(clock, unit="s")  # fmt: skip
    said["id"] = ["MG" + d for d in world.draws.digits(ids, "group message", 16)]
    said["sender"], said["kind"] = said["external_userid"], "客户"
    low, high = rates.GROUP_REPLY_SECONDS
    answered = said[world.draws.share(said["id"], "answered") < rates.GROUP_REPLY].copy()
    wait = low + world.draws.below(answered["id"], "answered after", high - low + 1)
    answered["at"] += pd.to_timedelta(wait, unit="s")
    answered["id"] += "R"
    answered["sender"], answered["kind"] = answered["group"].map(owner_of), "员工"
    both = pd.concat([said, answered]).sort_values(["at", "id"])
    return both[["id", "group", "person", "sender", "kind", "at"]].reset_index(drop=True)


def _seconds(world: World, ids: pd.Series, salt: str, limit: int) -> np.ndarray:
    return pd.to_timedelta(world.draws.below(ids, salt, limit), unit="s")
