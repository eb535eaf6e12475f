"""Which platform each real order is told on, under which number, with which receiver phone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.draws import Draws
from demo.names import mask_phone
from demo.orders import Shop

HOMES = tuple(rates.HOME_SHARES)


def place_orders(shop: Shop, people: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """The shop's orders with platform, order_no, transaction_no, person, paid_at and receiver_phone."""
    orders = shop.orders.copy()
    person = "c" + orders["buyer"]
    orders["person"] = person.astype(object).where(orders["buyer"].notna(), None)
    buyers = people.index[~people["is_lead"]]
    refunded = set("c" + shop.lines.loc[shop.lines["line"].isin(shop.refunds["line"]), "buyer"])
    calm = ~pd.Series(buyers).isin(refunded).to_numpy()
    first = _pick(draws, buyers, "home", calm, None)
    second = _pick(draws, buyers, "second home", calm, first)
    two = draws.share(buyers, "two homes") < rates.TWO_HOMES
    homes = pd.DataFrame({"first": first, "second": np.where(two, second, first)}, index=buyers)
    row = homes.reindex(orders["person"])
    other = draws.share(orders["invoice"], "which home") < rates.SECOND_HOME_ORDERS
    platform = np.where(other, row["second"], row["first"]).astype(object)
    guest = orders["buyer"].isna().to_numpy()
    platform[guest] = np.where(orders["line_count"][guest] == 1, "pdd", "douyin")
    orders["platform"] = platform
    orders["order_no"] = _order_numbers(orders, draws)
    orders["transaction_no"] = [
        "42000" + d + "88" for d in draws.digits(orders["invoice"], "pay", 18)
    ]
    orders["paid_at"] = orders["ordered_at"] + pd.to_timedelta(
        draws.below(orders["invoice"], "pay delay", 240) + 20, unit="s"
    )
    orders["day"] = orders["ordered_at"].dt.normalize()
    orders["receiver_phone"] = _receiver_phones(orders, people, draws)
    return orders


def _pick(draws: Draws, buyers: pd.Index, salt: str, calm: np.ndarray, taken) -> np.ndarray:
    """A home by the shares; a taken one, or Xiaohongshu for who ever returned goods, goes on."""
    point = draws.share(buyers, salt)
    bounds = np.cumsum(list(rates.HOME_SHARES.values()))
    spot = np.searchsorted(bounds, point, side="right").clip(max=len(HOMES) - 1)
    again = np.array(HOMES[1:])[draws.below(buyers, salt + " again", len(HOMES) - 1)]
    home = np.array(HOMES, dtype=object)[spot]
    home = np.where((home == "xiaohongshu") & ~calm, again, home)
    if taken is None:
        return home
    following = {h: HOMES[1:][n % (len(HOMES) - 1)] for n, h in enumerate(HOMES)}
    return np.where(home == taken, [following[h] for h in home], home)


def _order_numbers(orders: pd.DataFrame, draws: Draws) -> list[str]:
    """Numbers shaped as each platform shapes them; the hash part makes them unique."""
    long = draws.digits(orders["invoice"], "order no", 17)
    numbers = []
    for platform, digits, at in zip(orders["platform"], long, orders["ordered_at"], strict=True):
        if platform == "pdd":
            numbers.append(f"{at:%y%m%d}-{digits[:15]}")
        elif platform == "youzan":
            numbers.append(f"E{at:%Y%m%d%H%M%S}{digits[:12]}")
        elif platform == "xiaohongshu":
            numbers.append("P7" + digits[:16])
        elif platform == "jd":
            numbers.append("3" + digits[:11])
        elif platform == "wechat_shop":
            numbers.append("372" + digits[:16])
        else:
            numbers.append(("69" if platform == "douyin" else "19") + digits)
    return numbers


def _receiver_phones(orders: pd.DataFrame, people: pd.DataFrame, draws: Draws) -> list[str | None]:
    """The buyer's phone as the export shows it: true, masked, mistyped, or a stand-in value."""
    true = people["phone"].reindex(orders["person"]).to_numpy(dtype=object)
    known = orders["person"].notna().to_numpy()
    phones = np.where(known, true, "")
    account = orders["person"].astype(str) + "/" + orders["platform"]
    masked = draws.share(account, "masked phone") < rates.MASKED_PHONE
    share = draws.share(orders["invoice"], "phone fault")
    typo = share < rates.PHONE_TYPO
    stand_in = (share >= rates.PHONE_TYPO) & (share < rates.PHONE_TYPO + rates.BLOCKED_PHONE)
    wrong = [p[:7] + f"{(int(p[7:] or 0) + 1111) % 10000:04d}" for p in phones]
    shown = np.where(typo, wrong, phones).astype(object)
    shown = np.where(stand_in, rates.BLOCKED_PHONE_VALUE, shown)
    shown = np.where(masked, mask_phone(phones), shown)
    orders["phone_is_true"] = known & ~typo & ~stand_in & ~masked
    return [p if k else None for p, k in zip(shown, known, strict=True)]
