"""The people behind the orders, and every account each of them holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.draws import Draws
from demo.names import make_names, make_places
from demo.sharing import share_phones


def make_people(orders: pd.DataFrame, draws: Draws, leads: int) -> pd.DataFrame:
    """One row per person (index `person`): buyers first, then leads who never bought.

    Account columns hold the canonical value or None where the person has no such account;
    `phone` may be shared. Times are Shanghai local.
    """
    known = orders[orders["buyer"].notna()]
    seen = known.groupby("buyer")["ordered_at"].agg(["min", "max"])
    start = orders["ordered_at"].min().normalize()
    buyers = pd.DataFrame(
        {
            "person": ["c" + b for b in seen.index],
            "first_order_at": seen["min"].to_numpy(),
            "last_order_at": seen["max"].to_numpy(),
            "is_lead": False,
        }
    )
    ids = [f"lead{n:05d}" for n in range(1, leads + 1)]
    days = (pd.Timestamp(rates.LAST_DAY) - start).days + 1
    met = start + pd.to_timedelta(draws.below(ids, "lead day", days), unit="D")
    met = met + pd.to_timedelta(draws.below(ids, "lead second", 43200) + 28800, unit="s")
    prospects = pd.DataFrame({"person": ids, "first_seen_at": met, "is_lead": True})
    people = pd.concat([buyers, prospects], ignore_index=True)
    early = pd.to_timedelta(draws.below(people["person"], "seen before", 20 * 86400), unit="s")
    first = people["first_order_at"] - early
    # Nobody is seen before the first export begins.
    first = first.where(first >= start, people["first_order_at"].dt.floor("h"))
    people["first_seen_at"] = people["first_seen_at"].fillna(first)
    people = people.set_index("person", drop=False).rename_axis("id")
    _add_accounts(people, draws)
    return share_phones(people, draws)


def _add_accounts(people: pd.DataFrame, draws: Draws) -> None:
    ids = people["person"]
    lead = people["is_lead"].to_numpy()
    share = {
        name: draws.share(ids, name) for name in ("oa", "mini program", "wecom", "member", "email")
    }
    fan = np.where(lead, share["oa"] < 0.7, share["oa"] < rates.OA_FOLLOWER)
    visitor = np.where(lead, (share["mini program"] < 0.6) | ~fan,
                       share["mini program"] < rates.MINI_PROGRAM_USER)  # fmt: skip
    contact = np.where(lead, share["wecom"] < 0.15, share["wecom"] < rates.WECOM_CONTACT)
    member = np.where(lead, share["member"] < 0.10, share["member"] < rates.CRM_MEMBER)
    people["is_fan"], people["is_visitor"] = fan, visitor
    people["is_contact"], people["is_member"] = contact, member
    people["name"] = make_names(draws, ids)
    people["province"], people["city"], people["district"], people["street"] = make_places(
        draws, ids
    )
    people["gender"] = np.where(draws.share(ids, "gender") < 0.7, "女", "男")
    prefixes = np.array(["135", "136", "137", "138", "150", "158", "159", "177", "186", "188"])
    prefix = prefixes[draws.below(ids, "phone prefix", len(prefixes))]
    people["phone"] = [
        p + f"{n:08d}" for p, n in zip(prefix, draws.below(ids, "phone", 10**8), strict=True)
    ]
    people["unionid"] = ["oU7Xk" + h for h in draws.hexes(ids, "unionid", 23)]
    people["openid_oa"] = _where(fan, ["oOA" + h for h in draws.hexes(ids, "openid oa", 25)])
    people["openid_mp"] = ["oMP" + h for h in draws.hexes(ids, "openid mp", 25)]
    people["external_userid"] = _where(
        contact, ["wmSY" + h for h in draws.hexes(ids, "external", 28)]
    )
    people["member_no"] = _where(member, ["8" + d for d in draws.digits(ids, "member", 11)])
    people["email"] = _where(
        member & (share["email"] < rates.MEMBER_EMAIL),
        [f"u{h}@mail.example.com" for h in draws.hexes(ids, "email value", 10)],
    )
    people["device"] = draws.digits(ids, "device", 16)
    people["taobao_nick"] = ["tb" + d for d in draws.digits(ids, "nick", 10)]
    people["alipay"] = [f"a{h}@pay.example.com" for h in draws.hexes(ids, "alipay", 10)]
    people["jd_pin"] = ["jd_" + h for h in draws.hexes(ids, "pin", 12)]
    people["xhs_user"] = ["6" + d for d in draws.digits(ids, "xhs", 17)]
    wait = pd.to_timedelta(draws.below(ids, "touch delay", 5 * 86400), unit="s")
    people["followed_at"] = people["first_seen_at"] + wait
    people["added_at"] = people["first_seen_at"] + pd.to_timedelta(
        draws.below(ids, "add delay", 20 * 86400), unit="s"
    )
    people["joined_at"] = people["first_order_at"].fillna(
        people["first_seen_at"]
    ) + pd.to_timedelta(draws.below(ids, "join delay", 3 * 86400), unit="s")


def _where(mask: np.ndarray, values: list[str]) -> list[str | None]:
    return [v if keep else None for keep, v in zip(mask, values, strict=True)]
