"""Who waits for a low price, and in which category: a person's share of lines bought below the usual.

Own counts lean on what the category and the person's other categories suggest, the more the fewer
they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

from ml.action.outcome import Outcome, Verdict, is_sure, say, untried

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

ASSET, METRIC = "price_sensitivity", "log-likelihood of a low price per line"
JUDGE_DAYS = 28
MIN_PEOPLE = 50
LOW = 0.95  # of the usual price, the product's median so far
STRENGTHS = (2.0, 8.0, 32.0, 128.0)  # lines that what is leant on weighs
LEAST, MOST = 0.01, 0.99

_LINES = """
select lines.person_id, lines.product_id, products.category, lines.ordered_on,
    cast(lines.price_cny as double) as price
from core.fct_order_line as lines
inner join core.dim_product as products on lines.product_id = products.product_id
where lines.person_id is not null and lines.price_cny > 0 and lines.paid_cny > 0
    and lines.ordered_on <= ?
order by all
"""


@dataclass(frozen=True)
class Shares:
    """Counts of person and category, and the shares of low prices that each rule gives them."""

    pairs: pd.DataFrame
    of_all: float

    def estimate(self, person_weight: float, pair_weight: float) -> np.ndarray:
        """The share of each pair: the category's, times how the person differs, then own counts."""
        pairs = self.pairs
        tells = (pairs["person_low"] + person_weight) / (pairs["person_expected"] + person_weight)
        lean = (pairs["category_share"] * tells).clip(LEAST, MOST)
        found = (pairs["low"] + pair_weight * lean) / (pairs["lines"] + pair_weight)
        return found.clip(LEAST, MOST).to_numpy()


def train_price_sensitivity(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """One share per person and category bought from.

    Both weights are chosen on the four weeks before the last four; the last four judge, on pairs
    known before. The plain rules are one share for all, the category's and the person's own.
    """
    lines = con.execute(_LINES, [as_of]).df()
    lines["ordered_on"] = lines["ordered_on"].dt.date
    cutoff = as_of - timedelta(days=JUDGE_DAYS - 1)
    inner = cutoff - timedelta(days=JUDGE_DAYS)
    if lines.empty or lines["ordered_on"].min() >= inner:
        return untried(ASSET, METRIC, "too little history for a held-out window")
    weights = _choose(lines, inner)
    shares, later = _window(lines, cutoff)
    ours = _likelihood(shares.estimate(*weights), later)
    people = len(ours)
    if people < MIN_PEOPLE:
        return untried(ASSET, METRIC, f"{people} people to judge on, {MIN_PEOPLE} needed")
    plain = {name: _likelihood(said, later) for name, said in plain_shares(shares).items()}
    baseline = max(sorted(plain), key=lambda name: float(plain[name].mean()))
    value, bar = float(ours.mean()), float(plain[baseline].mean())
    error = float((ours - plain[baseline]).std(ddof=1)) / people**0.5
    is_won = is_sure(value - bar, error)
    verdict = Verdict(
        ASSET, is_won, METRIC, "own share shrunk to person and category", round(value, 6), baseline,
        round(bar, 6), say(is_won, METRIC, value, baseline, bar, error), people,
        {"person weight": weights[0], "pair weight": weights[1],
         **{n: round(float(v.mean()), 6) for n, v in plain.items()}},
    )  # fmt: skip
    return Outcome(verdict, _rows(lines, weights, as_of) if is_won else None)


def shares_before(lines: pd.DataFrame, cutoff: date) -> tuple[Shares, pd.Series]:
    """What was known before the cutoff, and every product's usual price by then."""
    known = lines[lines["ordered_on"] < cutoff]
    usual = known.groupby("product_id")["price"].median()
    known = known.assign(low=_is_low(known, usual))
    of_all = float(known["low"].mean())
    by_category = known.groupby("category")["low"].agg(["sum", "count"])
    category = (by_category["sum"] + of_all) / (by_category["count"] + 1)
    pairs = known.groupby(["person_id", "category"])["low"].agg(["sum", "count"])
    pairs = pairs.rename(columns={"sum": "low", "count": "lines"}).sort_index().reset_index()
    pairs["category_share"] = pairs["category"].map(category)
    expected = pairs["lines"] * pairs["category_share"]
    who = pairs["person_id"]
    pairs["person_expected"] = expected.groupby(who).transform("sum")
    pairs["person_low"] = pairs.groupby("person_id")["low"].transform("sum")
    pairs["person_lines"] = pairs.groupby("person_id")["lines"].transform("sum")
    return Shares(pairs, of_all), usual


def plain_shares(shares: Shares) -> dict[str, np.ndarray]:
    """One share for all, the category's, and the person's own over all categories."""
    pairs = shares.pairs
    own = (pairs["person_low"] + shares.of_all) / (pairs["person_lines"] + 1)
    plain = {
        "one share for all": pairs["lines"] * 0.0 + shares.of_all,
        "the category's share": pairs["category_share"],
        "the person's own share": own,
    }
    return {name: said.clip(LEAST, MOST).to_numpy() for name, said in plain.items()}


def _is_low(lines: pd.DataFrame, usual: pd.Series) -> pd.Series:
    return (lines["price"] < LOW * lines["product_id"].map(usual)).astype("int64")


def _window(lines: pd.DataFrame, cutoff: date) -> tuple[Shares, pd.DataFrame]:
    """Shares known before the cutoff; lines of the four weeks from it, with their pair's place."""
    shares, usual = shares_before(lines, cutoff)
    days = lines["ordered_on"]
    later = lines[(days >= cutoff) & (days < cutoff + timedelta(days=JUDGE_DAYS))]
    later = later[later["product_id"].isin(usual.index)]
    later = later.assign(low=_is_low(later, usual))
    places = shares.pairs[["person_id", "category"]].assign(place=range(len(shares.pairs)))
    return shares, later.merge(places, on=["person_id", "category"])


def _likelihood(said: np.ndarray, later: pd.DataFrame) -> np.ndarray:
    """Mean log-likelihood of each person's lines."""
    import numpy as np

    chance = said[later["place"].to_numpy()]
    scores = np.log(np.where(later["low"] == 1, chance, 1 - chance)).round(12)
    return later.assign(score=scores).groupby("person_id")["score"].mean().to_numpy()


def _choose(lines: pd.DataFrame, cutoff: date) -> tuple[float, float]:
    shares, later = _window(lines, cutoff)
    if later.empty:
        return STRENGTHS[-1], STRENGTHS[-1]
    return max(
        product(STRENGTHS, STRENGTHS),
        key=lambda pair: float(_likelihood(shares.estimate(*pair), later).mean()),
    )


def _rows(lines: pd.DataFrame, weights: tuple[float, float], as_of: date) -> pd.DataFrame:
    shares, _ = shares_before(lines, as_of + timedelta(days=1))
    pairs = shares.pairs
    share = shares.estimate(*weights)
    return pairs[["person_id", "category"]].assign(
        line_count=pairs["lines"],
        low_price_count=pairs["low"],
        low_price_share=share.round(6),
        category_share=pairs["category_share"].round(6),
        as_of_on=as_of,
    )
