"""Cross-sell rules: pairs of products that share baskets more often than chance brings them there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ml.action.outcome import Outcome, Verdict, is_sure, say, untried

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

ASSET, METRIC = "cross_sell", "hit rate of the first offer"
MIN_BASKETS = 20
MIN_SUPPORT = 0.002
MIN_LIFT = 2.0
RULES_PER_PRODUCT = 5
JUDGE_DAYS = 28
MIN_JUDGED = 50

_LINES = """
select distinct order_key, product_id, ordered_on
from core.fct_order_line
where product_id is not null and paid_cny > 0 and ordered_on <= ?
order by order_key, product_id
"""


def train_cross_sell(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """At most five rules per product, above the floors of support and lift.

    Rules of the days before the last four weeks are judged on the baskets of the last four: for
    each product in a basket the first offer is right when it lies in that basket too. The plain
    rule offers the most bought product instead.
    """
    lines = con.execute(_LINES, [as_of]).df()
    lines["ordered_on"] = lines["ordered_on"].dt.date
    cutoff = as_of - timedelta(days=JUDGE_DAYS - 1)
    is_late = lines["ordered_on"] >= cutoff
    learned = find_rules(lines[~is_late])
    if learned.empty:
        return untried(ASSET, METRIC, "no pair of products reaches the floors")
    ours, plain = _first_offers(learned, lines[~is_late], lines[is_late])
    if len(ours) < MIN_JUDGED:
        return untried(ASSET, METRIC, f"{len(ours)} baskets to judge on, {MIN_JUDGED} needed")
    value, bar = float(ours.mean()), float(plain.mean())
    error = float((ours - plain).std(ddof=1)) / len(ours) ** 0.5
    is_won = is_sure(value - bar, error)
    rules = find_rules(lines)
    verdict = Verdict(
        ASSET, is_won, METRIC, "association rules", value, "most bought product", bar,
        say(is_won, METRIC, value, "most bought product", bar, error), len(ours),
        {"rules": float(len(rules)), "median lift": round(float(rules["lift"].median()), 6)},
    )  # fmt: skip
    return Outcome(verdict, rules.assign(as_of_on=as_of) if is_won else None)


def find_rules(lines: pd.DataFrame) -> pd.DataFrame:
    """The most likely companions of each product, among pairs above the floors.

    Columns as in ml.cross_sell without the day. A pair counts from MIN_BASKETS baskets, a share of
    MIN_SUPPORT of all baskets, and a lift whose 95 % interval (log scale, delta method) lies above
    MIN_LIFT.
    """
    import numpy as np
    import pandas as pd

    products, bought = _basket_matrix(lines)
    baskets = bought.shape[0]
    both = (bought.T @ bought).tocoo()
    keep = (both.row != both.col) & (both.data >= max(MIN_BASKETS, MIN_SUPPORT * baskets))
    row, column, n = both.row[keep], both.col[keep], both.data[keep]
    count = np.asarray(bought.sum(axis=0)).ravel()
    lift = n * baskets / (count[row] * count[column])
    spread = 1 / n - 1 / count[row] + 1 / count[column] - 1 / baskets
    low = lift * np.exp(-1.96 * np.sqrt(np.maximum(spread, 0.0)))
    rules = pd.DataFrame(
        {
            "product_id": products.to_numpy()[row],
            "other_product_id": products.to_numpy()[column],
            "basket_count": n.astype("int64"),
            "support": (n / max(baskets, 1)).round(6),
            "confidence": (n / count[row]).round(6),
            "lift": lift.round(6),
            "lift_low": low.round(6),
        }
    )
    rules = rules[rules["lift_low"] >= MIN_LIFT]
    rules = rules.sort_values(
        ["product_id", "confidence", "other_product_id"], ascending=[True, False, True]
    )
    return rules.groupby("product_id").head(RULES_PER_PRODUCT).reset_index(drop=True)


def _basket_matrix(lines: pd.DataFrame) -> tuple[pd.Index, sp.csr_matrix]:
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

    products = pd.Index(sorted(lines["product_id"].unique()))
    baskets = pd.Index(sorted(lines["order_key"].unique()))
    place = (baskets.get_indexer(lines["order_key"]), products.get_indexer(lines["product_id"]))
    shape = (len(baskets), len(products))
    return products, sp.csr_matrix((np.ones(len(lines)), place), shape=shape)


def _first_offers(
    rules: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Per later basket: the share of right first offers, of the rules and of the plain rule."""
    count = before.groupby("product_id").size().reset_index(name="n")
    ranked = count.sort_values(["n", "product_id"], ascending=[False, True])["product_id"]
    top, second = ranked.iloc[0], ranked.iloc[min(1, len(ranked) - 1)]
    first = rules.drop_duplicates("product_id")[["product_id", "other_product_id"]]
    offers = after[["order_key", "product_id"]].merge(first, on="product_id")
    offers["plain"] = [second if product == top else top for product in offers["product_id"]]
    held = set(zip(after["order_key"], after["product_id"], strict=True))
    for offer, mark in (("other_product_id", "ours"), ("plain", "theirs")):
        offers[mark] = [
            float(pair in held) for pair in zip(offers["order_key"], offers[offer], strict=True)
        ]
    shares = offers.groupby("order_key")[["ours", "theirs"]].mean().sort_index()
    return shares["ours"].to_numpy(), shares["theirs"].to_numpy()
