"""The plain rules that every model must beat or match on the same held-out window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.bgnbd import BgNbd, fit_bgnbd
from ml.gammagamma import GammaGamma, fit_gammagamma

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ORDER_COUNT, RECENCY, PAST_SPEND = "order count", "recency", "past spend"
EXPECTED, VALUE = "BG/NBD", "BG/NBD x Gamma-Gamma"
BASELINES = {
    "churn": (ORDER_COUNT, RECENCY, PAST_SPEND, EXPECTED),
    "ltv": (ORDER_COUNT, RECENCY, PAST_SPEND, EXPECTED, VALUE),
}


@dataclass(frozen=True)
class Baselines:
    """Both purchase models, fitted at the newest training cutoff."""

    purchases: BgNbd
    value: GammaGamma
    horizon_days: int

    def expected(self, frame: pd.DataFrame) -> np.ndarray:
        """Expected number of purchases in the horizon."""
        return self.purchases.expected(*weekly(frame), self.horizon_days / 7)

    def score(self, name: str, frame: pd.DataFrame) -> np.ndarray:
        """How active or valuable the named rule believes each person to be; higher is more."""
        import numpy as np

        if name == ORDER_COUNT:
            return frame["frequency"].to_numpy(dtype="float64")
        if name == RECENCY:
            return -frame["recency_days"].to_numpy(dtype="float64")
        if name == PAST_SPEND:
            return frame["monetary_cny"].to_numpy(dtype="float64")
        expected = self.expected(frame)
        if name == EXPECTED:
            return expected
        days, mean = per_day(frame)
        return np.asarray(expected * self.value.expected_value(days, mean))


def fit_baselines(frame: pd.DataFrame, horizon_days: int) -> Baselines:
    """Fits both on the rows of the newest cutoff in the frame: one row per person."""
    newest = frame[frame["as_of_on"] == max(frame["as_of_on"])]
    x, t_x, age = weekly(newest)
    return Baselines(fit_bgnbd(x, t_x, age), fit_gammagamma(*per_day(newest)), horizon_days)


def weekly(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchase days, weeks from first to last purchase, and weeks observed."""
    import numpy as np

    x = np.maximum(frame["purchase_days"].to_numpy(dtype="float64") - 1, 0)
    age = frame["tenure_days"].to_numpy(dtype="float64") / 7
    t_x = np.maximum(age - frame["recency_days"].to_numpy(dtype="float64") / 7, 0)
    return x, t_x, age


def per_day(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Purchase days and the mean amount of one."""
    import numpy as np

    days = np.maximum(frame["purchase_days"].to_numpy(dtype="float64"), 1)
    return days, frame["monetary_cny"].to_numpy(dtype="float64") / days
