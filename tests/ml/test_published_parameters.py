"""The purchase models find what is published for CDNOW: parameters, forecasts, held-out table.

The CDNOW purchases may not be shipped. They are looked for in SIYU_REFERENCE_DATA, else in
`shared/data` beside the checkout.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml import evaluate
from ml.bgnbd import BgNbd, fit_bgnbd
from ml.gammagamma import fit_gammagamma
from ml.paretonbd import fit_paretonbd
from tests.ml.warehouse import ROOT

REFERENCE = Path(os.environ.get("SIYU_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
CDNOW = REFERENCE / "cdnow"
pytestmark = pytest.mark.skipif(
    not CDNOW.exists(),
    reason="the CDNOW purchases may not be shipped: set SIYU_REFERENCE_DATA to a folder with cdnow/",
)
HISTORY_END, AHEAD = "19970930", 39.0


@pytest.fixture(scope="module")
def history() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases, weeks to the last one, weeks observed."""
    rows = pd.read_csv(CDNOW / "cdnow_customers_summary.csv")
    x, t_x, age = (rows[c].to_numpy(dtype="float64") for c in ("frequency", "recency", "T"))
    return x, t_x, age


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    """One row per person and day of purchase."""
    lines = map(str.split, (CDNOW / "CDNOW_sample.txt").read_text().splitlines())
    rows = pd.DataFrame(
        [(f[1], f[2], float(f[4])) for f in lines], columns=["person", "day", "spent"]
    )
    return rows.groupby(["person", "day"])["spent"].sum().reset_index()


def repeat_spend(purchases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Repeat purchase days of the history and their mean amount."""
    days = purchases[purchases["day"] <= HISTORY_END].copy()
    days["nth"] = days.groupby("person").cumcount()
    repeat = days[days["nth"] > 0].groupby("person")["spent"].agg(["count", "mean"])
    everyone = repeat.reindex(sorted(days["person"].unique())).fillna(0.0)
    return everyone["count"].to_numpy(dtype="float64"), everyone["mean"].to_numpy()


def test_bgnbd_matches_the_paper(history: tuple) -> None:
    found = fit_bgnbd(*history)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(
        (0.2426, 4.4135, 0.7929, 2.4258), rel=5e-4
    )
    assert found.log_likelihood == pytest.approx(-9582.43, abs=0.01)


def test_mbgnbd_matches_the_reference(history: tuple) -> None:
    found = fit_bgnbd(*history, early=True)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(
        (0.5248, 6.183, 0.8914, 1.614), rel=5e-4
    )


def test_paretonbd_matches_the_reference(history: tuple) -> None:
    found = fit_paretonbd(*history)
    assert (found.r, found.alpha, found.s, found.beta) == pytest.approx(
        (0.5533, 10.5776, 0.6062, 11.6688), rel=5e-4
    )
    assert found.log_likelihood == pytest.approx(-9594.98, abs=0.01)


def test_gammagamma_matches_the_paper(purchases: pd.DataFrame) -> None:
    count, mean = repeat_spend(purchases)
    found = fit_gammagamma(count, mean)
    assert (count > 0).sum() == 946
    assert (found.p, found.q, found.v) == pytest.approx((6.2496, 3.7442, 15.4435), rel=5e-4)


def test_the_expectation_of_one_buyer_matches_the_paper() -> None:
    paper = BgNbd(0.2426, 4.4135, 0.7929, 2.4258)
    one = paper.expected(np.array([2.0]), np.array([30.43]), np.array([38.86]), AHEAD)
    assert one[0] == pytest.approx(1.2259, abs=1e-3)


def test_the_held_out_purchases_are_those_of_the_reference(
    history: tuple, purchases: pd.DataFrame
) -> None:
    x, t_x, age = history
    after = purchases[purchases["day"] > HISTORY_END].groupby("person")["spent"]
    people = sorted(purchases["person"].unique())
    bought = after.count().reindex(people).fillna(0).to_numpy(dtype="float64")
    fitted = fit_bgnbd(x, t_x, age)
    expected = fitted.expected(x, t_x, age, AHEAD)
    assert (bought.sum(), round(expected.sum())) == (1882, 1653)
    scores = (expected, x, t_x - age, fitted.alive(x, t_x, age))
    again = (bought > 0).astype("float64")
    assert [round(evaluate.auc(again, score), 4) for score in scores] == [
        0.7725, 0.7576, 0.7714, 0.3158
    ]  # fmt: skip


def test_the_held_out_spend_is_that_of_the_reference(
    history: tuple, purchases: pd.DataFrame
) -> None:
    after = purchases[purchases["day"] > HISTORY_END].groupby("person")["spent"]
    people = sorted(purchases["person"].unique())
    spent = after.sum().reindex(people).fillna(0.0).to_numpy()
    count, mean = repeat_spend(purchases)
    per_purchase = fit_gammagamma(count, mean).expected_value(count, mean)
    value = fit_bgnbd(*history).expected(*history, AHEAD) * per_purchase
    assert round(evaluate.normalised_gini(spent, value), 3) == 0.638
    assert round(evaluate.normalised_gini(spent, count * mean), 3) == 0.659
