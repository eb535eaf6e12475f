"""What people share or pass on: a household's phone, a recycled number, one tablet in the shop."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.draws import Draws


def share_phones(people: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """The people with shared phones and devices; `shares` names the kind or is ''."""
    people["shares"] = ""
    people["tablet"] = None
    _share_household_phones(people, draws)
    _recycle_phones(people, draws)
    ids = people["person"]
    device = people["device"].to_numpy(dtype=object, copy=True)
    users = np.flatnonzero(people["is_visitor"].to_numpy())
    users = users[draws.number(ids.iloc[users], "device order").argsort(kind="stable")]
    pairs = round(len(users) * rates.SHARED_DEVICE)
    for first, second in zip(users[:pairs], users[pairs : 2 * pairs], strict=True):
        device[second] = device[first]
    people["device"] = device
    in_store = people["is_visitor"] & (draws.share(ids, "tablet") < rates.STORE_TABLET_VISITOR)
    which = draws.below(ids, "which tablet", rates.STORE_TABLETS)
    people.loc[in_store, "tablet"] = [f"70000000000000{n:02d}" for n in which[in_store]]
    return people


def _share_household_phones(people: pd.DataFrame, draws: Draws) -> None:
    """Both stay decidable: each holds a member number and a unionid of its own."""
    buyers = people.index[~people["is_lead"]]
    order = draws.number(buyers, "household").argsort(kind="stable")
    pairs = round(len(buyers) * rates.HOUSEHOLD_PHONE / 2)
    for first, second in zip(order[:pairs], order[pairs : 2 * pairs], strict=True):
        a, b = buyers[first], buyers[second]
        people.at[b, "phone"] = people.at[a, "phone"]
        for person in (a, b):
            people.at[person, "shares"] = "household_phone"
            if pd.isna(people.at[person, "member_no"]):
                people.at[person, "member_no"] = "8" + draws.digits([person], "member", 11)[0]
                people.at[person, "is_member"] = True


def _recycle_phones(people: pd.DataFrame, draws: Draws) -> None:
    """The number of someone whose last order is long ago now belongs to a newer buyer."""
    free = people[~people["is_lead"] & (people["shares"] == "")]
    count = round(len(free) * rates.RECYCLED_PHONE)
    rank = draws.number(free["person"], "recycled").argsort(kind="stable")
    late = free.iloc[rank].sort_values("first_order_at", ascending=False, kind="stable")
    gone = free.iloc[rank].sort_values("last_order_at", kind="stable")
    # Of the newest and the longest gone, a hash decides who takes over from whom.
    late, gone = late.head(count * 5), gone.head(count * 5)
    late = late.iloc[draws.number(late["person"], "takes").argsort(kind="stable")]
    gone = gone.iloc[draws.number(gone["person"], "gives").argsort(kind="stable")]
    gap = pd.Timedelta(days=rates.RECYCLED_AFTER_DAYS)
    done = 0
    for new, old in zip(late.itertuples(), gone.itertuples(), strict=True):
        if done == count:
            break
        if old.last_order_at + gap < new.first_order_at:
            people.at[new.Index, "phone"] = old.phone
            people.loc[[new.Index, old.Index], "shares"] = "recycled_phone"
            done += 1
