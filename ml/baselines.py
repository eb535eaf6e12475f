"""The plain rules that every model must beat or match on the same held-out window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.bgnbd import BgNbd, fit_bgnbd
from ml.features import EXPECTATIONS, EXPECTED_MBG, EXPECTED_PARETO, EXPECTED_VALUE
from ml.features import EXPECTED as EXPECTED_COLUMN
from ml.gammagamma import GammaGamma, fit_gammagamma
from ml.paretonbd import ParetoNbd, fit_paretonbd

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ORDER_COUNT, RECENCY, PAST_SPEND = "order count", "recency", "past spend"
BG, MBG, PARETO = "BG/NBD", "MBG/NBD", "Pareto/NBD"
VALUE, VALUE_MBG = "BG/NBD x Gamma-Gamma", "MBG/NBD x Gamma-Gamma"
VALUE_PARETO = "Pareto/NBD x Gamma-Gamma"
_PURCHASES_OF = {VALUE: BG, VALUE_MBG: MBG, VALUE_PARETO: PARETO}
BASELINES = {
    "churn": (ORDER_COUNT, RECENCY, PAST_SPEND, BG, MBG, PARETO),
    "ltv": (ORDER_COUNT, RECENCY, PAST_SPEND, BG, VALUE, VALUE_MBG, VALUE_PARETO),
}


@dataclass(frozen=True)
class Baselines:
    """The purchase models, fitted at the newest training cutoff."""

    bg: BgNbd
    mbg: BgNbd
    pareto: ParetoNbd
    value: GammaGamma
    horizon_days: int

    def expected(self, name: str, frame: pd.DataFrame) -> np.ndarray:
        """Expected number of purchases in the horizon, by the named purchase model."""
        history, ahead = weekly(frame), self.horizon_days / 7
        if name == PARETO:
            return self.pareto.expected(*history, ahead)
        return (self.mbg if name == MBG else self.bg).expected(*history, ahead)

    def score(self, name: str, frame: pd.DataFrame) -> np.ndarray:
        """How active or valuable the named rule believes each person to be; higher is more."""
        import numpy as np

        if name == ORDER_COUNT:
            return frame["frequency"].to_numpy(dtype="float64")
        if name == RECENCY:
            return -frame["recency_days"].to_numpy(dtype="float64")
        if name == PAST_SPEND:
            return frame["monetary_cny"].to_numpy(dtype="float64")
        if name in (BG, MBG, PARETO):
            return self.expected(name, frame)
        expected = self.expected(_PURCHASES_OF[name], frame)
        return np.asarray(expected * self.value.expected_value(*per_day(frame)))

    def columns(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """What the purchase models expect, as features: purchases by each, and value in CNY."""
        if EXPECTED_COLUMN in frame:
            return {name: frame[name].to_numpy() for name in EXPECTATIONS}
        bg = self.expected(BG, frame)
        return {
            EXPECTED_COLUMN: bg,
            EXPECTED_MBG: self.expected(MBG, frame),
            EXPECTED_PARETO: self.expected(PARETO, frame),
            EXPECTED_VALUE: bg * self.value.expected_value(*per_day(frame)),
        }

    def extend(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with those features as columns, so that many models need not ask again."""
        return frame.assign(**self.columns(frame))


def fit_baselines(frame: pd.DataFrame, horizon_days: int) -> Baselines:
    """Fits all on the rows of the newest cutoff in the frame: one row per person."""
    newest = frame[frame["as_of_on"] == max(frame["as_of_on"])]
    history = weekly(newest)
    return Baselines(
        fit_bgnbd(*history),
        fit_bgnbd(*history, early=True),
        fit_paretonbd(*history),
        fit_gammagamma(*per_day(newest)),
        horizon_days,
    )


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
