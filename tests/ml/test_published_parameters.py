"""Both purchase models find the parameters that their authors published for CDNOW."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ml.warehouse import ROOT

CDNOW = ROOT.parent / "shared" / "data" / "cdnow"
pytestmark = pytest.mark.skipif(
    not CDNOW.exists(), reason="the CDNOW purchases are not beside the repository"
)


def test_bgnbd_matches_the_paper() -> None:
    import pandas as pd

    from ml.bgnbd import fit_bgnbd

    rows = pd.read_csv(CDNOW / "cdnow_customers_summary.csv")
    fitted = fit_bgnbd(*(rows[c].to_numpy(dtype="float64") for c in ("frequency", "recency", "T")))
    found = (fitted.r, fitted.alpha, fitted.a, fitted.b)
    assert found == pytest.approx((0.2426, 4.4135, 0.7929, 2.4258), rel=5e-4)


def test_bgnbd_expectation_matches_the_paper() -> None:
    import numpy as np

    from ml.bgnbd import BgNbd

    fitted = BgNbd(0.2426, 4.4135, 0.7929, 2.4258)
    one = fitted.expected(np.array([2.0]), np.array([30.43]), np.array([38.86]), 39.0)
    assert one[0] == pytest.approx(1.226, abs=1e-3)


def test_gammagamma_matches_the_paper() -> None:
    from ml.gammagamma import fit_gammagamma

    count, mean = _repeat_spend(CDNOW / "CDNOW_sample.txt")
    fitted = fit_gammagamma(count, mean)
    assert (count > 0).sum() == 946
    assert (fitted.p, fitted.q, fitted.v) == pytest.approx((6.2496, 3.7442, 15.4435), rel=5e-4)


def _repeat_spend(path: Path):
    import pandas as pd

    rows = pd.DataFrame(
        [(f[1], f[2], float(f[4])) for f in map(str.split, path.read_text().splitlines())],
        columns=["person", "day", "spent"],
    )
    days = rows[rows["day"] <= "19970930"].groupby(["person", "day"])["spent"].sum().reset_index()
    days["nth"] = days.groupby("person").cumcount()
    repeat = days[days["nth"] > 0].groupby("person")["spent"].agg(["count", "mean"])
    everyone = repeat.reindex(days["person"].unique()).fillna(0.0)
    return everyone["count"].to_numpy(dtype="float64"), everyone["mean"].to_numpy()
