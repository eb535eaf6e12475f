"""How much of each product the coming weeks will need: weekly demand with its interval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ml.action.outcome import Outcome, Verdict, is_sure, say, untried

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

ASSET, METRIC = "demand_forecast", "pinball loss (lower is better)"
AHEAD = 4
LEVELS = (0.1, 0.5, 0.9)
HALF_LIVES = (2.0, 4.0, 8.0, 16.0)  # weeks after which a past week weighs half
MIN_WEEKS, MIN_PRODUCTS = 24, 50
YEAR, MONTH = 52, 4

# Weeks end on the business day; week 0 is the newest. Only products sold in the 12 weeks before the
# judged four, so that the judged weeks do not choose them.
_DEMAND = """
with sold as (
    select product_id, cast(floor((? - ordered_on) / 7.0) as integer) as weeks_ago, sum(quantity) as q
    from core.fct_order_line
    where product_id is not null and paid_cny > 0 and ordered_on <= ? group by all
)
select * from sold
qualify min(case when weeks_ago >= 4 then weeks_ago end) over (partition by product_id) < 16
    and max(weeks_ago) over (partition by product_id) >= ?
order by product_id, weeks_ago
"""


def train_demand_forecast(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """The coming four weeks of every product with half a year of sales: 10, 50 and 90 %.

    The forecast is the weighted quantiles of past weeks; how fast they fade is chosen on the four
    weeks before the last four, and the last four judge. The plain rules are the week a season ago
    (a year, or a month while the record is shorter) and the last week, with their own past errors
    as intervals. Loss is per product, over its mean demand before the window.
    """
    import numpy as np

    sold = con.execute(_DEMAND, [as_of, as_of, MIN_WEEKS]).df()
    products = sorted(sold["product_id"].unique())
    if len(products) < MIN_PRODUCTS:
        return untried(ASSET, METRIC, f"{len(products)} products, {MIN_PRODUCTS} needed")
    place = {product: row for row, product in enumerate(products)}
    weeks = int(sold["weeks_ago"].max())  # the oldest week may be cut short: it is left out
    demand = np.zeros((len(products), weeks))
    kept = sold[sold["weeks_ago"] < weeks]
    rows = [place[product] for product in kept["product_id"]]
    demand[rows, weeks - 1 - kept["weeks_ago"].to_numpy()] = kept["q"].to_numpy(dtype="float64")
    fit, truth = demand[:, :-AHEAD], demand[:, -AHEAD:]
    inner = {h: _loss(weighted_quantiles(fit[:, :-AHEAD], h), fit, fit[:, -AHEAD:])
             for h in HALF_LIVES}  # fmt: skip
    half_life = min(HALF_LIVES, key=lambda h: float(inner[h].mean()))
    season = YEAR if fit.shape[1] > YEAR + AHEAD else MONTH
    said = weighted_quantiles(fit, half_life)
    ours = _loss(said, fit, truth)
    plain = {
        f"seasonal naive ({season} weeks)": _loss(naive_quantiles(fit, season), fit, truth),
        "last week": _loss(naive_quantiles(fit, 1), fit, truth),
    }
    baseline = min(sorted(plain), key=lambda name: float(plain[name].mean()))
    value, bar = float(ours.mean()), float(plain[baseline].mean())
    error = float((plain[baseline] - ours).std(ddof=1)) / len(ours) ** 0.5
    is_won = is_sure(bar - value, error)
    covered = ((truth >= said[:, 0]) & (truth <= said[:, 2])).mean()
    verdict = Verdict(
        ASSET, is_won, METRIC, "weighted quantiles", round(value, 6), baseline, round(bar, 6),
        say(is_won, METRIC, value, baseline, bar, error), len(ours),
        {"half life, weeks": half_life, "weeks inside the 10-90 % interval": round(float(covered), 6),
         **{name: round(float(loss.mean()), 6) for name, loss in plain.items()}},
    )  # fmt: skip
    return Outcome(verdict, _rows(products, demand, half_life, as_of) if is_won else None)


def weighted_quantiles(demand: np.ndarray, half_life: float) -> np.ndarray:
    """LEVELS of each row's past weeks (oldest first), as products x levels x the weeks ahead."""
    import numpy as np

    weight = 0.5 ** (np.arange(demand.shape[1])[::-1] / half_life)
    order = np.argsort(demand, axis=1, kind="stable")
    share = np.cumsum(weight[order], axis=1) / weight.sum()
    values = np.take_along_axis(demand, order, axis=1)
    found = [
        np.take_along_axis(values, np.argmax(share >= level - 1e-12, axis=1)[:, None], axis=1)
        for level in LEVELS
    ]
    return np.repeat(np.stack(found, axis=1), AHEAD, axis=2)


def naive_quantiles(demand: np.ndarray, season: int) -> np.ndarray:
    """The week a season ago, with the quantiles of its own past errors around it; never below 0."""
    import numpy as np

    base = np.stack([demand[:, -season + step % season] for step in range(AHEAD)], axis=1)
    errors = demand[:, season:] - demand[:, :-season]
    low, high = np.quantile(errors, [LEVELS[0], LEVELS[2]], axis=1)
    return np.maximum(np.stack([base + low[:, None], base, base + high[:, None]], axis=1), 0.0)


def _loss(said: np.ndarray, before: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Mean pinball loss of each product over levels and weeks, per piece of its mean demand."""
    import numpy as np

    level = np.array(LEVELS)[None, :, None]
    gap = truth[:, None, :] - said
    loss = np.maximum(level * gap, (level - 1) * gap).mean(axis=(1, 2))
    return loss / np.maximum(before.mean(axis=1), 1.0)


def _rows(products: list[str], demand: np.ndarray, half_life: float, as_of: date) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    said = weighted_quantiles(demand, half_life)
    return pd.DataFrame(
        {
            "product_id": np.repeat(products, AHEAD),
            "week_on": [as_of + timedelta(days=1 + 7 * step) for step in range(AHEAD)]
            * len(products),
            **{
                f"quantity_p{round(level * 100)}": said[:, n].ravel()
                for n, level in enumerate(LEVELS)
            },
            "as_of_on": as_of,
        }
    )
