"""A coupon experiment of known effect that leaves every real order as it is.

Orders are real, so the coupon cannot cause any. Instead the groups are drawn from the joint
distribution that a fair coin and the planted effect would have given: within a stratum with base
rate p and effect t, P(treated | bought) = (1 + t / 2p) / 2 and P(treated | not) = (1 - t / 2(1-p)) / 2.
By Bayes' rule half of the stratum is treated, and buying rates differ by t, as after a real coin.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.world import World


def make_experiment(world: World) -> pd.DataFrame:
    """One row per member in the experiment: 活动编号, 会员号, 分组, 入组时间, and the truth behind it
    in _person, _stratum, _bought, _effect.
    """
    start = pd.Timestamp(rates.EXPERIMENT_START)
    members = world.people[world.people["member_no"].notna() & ~world.people["is_lead"]]
    members = members[members["joined_at"] < start]
    orders = world.orders[world.orders["person"].isin(members["person"])]
    known = orders[orders["ordered_at"] < start].groupby("person")["ordered_at"]
    before = known.agg(["count", "max"])
    members = members[members["person"].isin(before.index)]
    count = before["count"].reindex(members["person"]).to_numpy()
    gap = (start - before["max"].reindex(members["person"])).dt.days.to_numpy()
    stratum = np.where(gap <= rates.EXPERIMENT_LAPSED_DAYS, "recent",
                       np.where(count > 1, "lapsed_repeat", "lapsed_once"))  # fmt: skip
    end = start + pd.Timedelta(days=rates.EXPERIMENT_WINDOW_DAYS)
    later = orders[(orders["ordered_at"] >= start) & (orders["ordered_at"] < end)]
    bought = members["person"].isin(later["person"]).to_numpy()
    chance, effect = np.full(len(members), 0.5), np.zeros(len(members))
    for name, planted in rates.EXPERIMENT_EFFECT.items():
        here = stratum == name
        base = float(bought[here].mean()) if here.any() else 0.0
        if 0.0 < base < 1.0:
            t = min(planted, 2 * base, 2 * (1 - base))
            effect[here] = t
            chance[here & bought] = (1 + t / (2 * base)) / 2
            chance[here & ~bought] = (1 - t / (2 * (1 - base))) / 2
    treated = world.draws.share(members["person"], "experiment") < chance
    return pd.DataFrame(
        {
            "活动编号": rates.EXPERIMENT,
            "会员号": members["member_no"].to_numpy(),
            "分组": np.where(treated, "试验组", "对照组"),
            "入组时间": start,
            "_person": members["person"].to_numpy(),
            "_stratum": stratum,
            "_bought": bought,
            "_effect": effect,
        }
    ).sort_values("会员号", ignore_index=True)


def experiment_truth(groups: pd.DataFrame) -> dict:
    """Planted and realised effect, overall and by stratum, for effects.json."""
    found = {}
    for name, part in [("all", groups), *groups.groupby("_stratum")]:
        is_treated = part["分组"] == "试验组"
        found[str(name)] = {
            "people": len(part),
            "treated": int(is_treated.sum()),
            "planted": round(float(part["_effect"].mean()), 6) if len(part) else 0.0,
            "realised": _difference(part["_bought"], is_treated),
        }
    return {"experiment": rates.EXPERIMENT, "window_days": rates.EXPERIMENT_WINDOW_DAYS} | found


def _difference(bought: pd.Series, is_treated: pd.Series) -> float | None:
    if is_treated.all() or not is_treated.any():
        return None
    return round(float(bought[is_treated].mean() - bought[~is_treated].mean()), 6)
