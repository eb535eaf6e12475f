"""Gradient boosting that gives the same bits each time: one thread, few and shallow trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np

TREES = 80


@dataclass(frozen=True)
class Boosting:
    """Fitted trees: the log-odds of a yes, or a mean."""

    booster: Any

    def predict(self, columns: np.ndarray) -> np.ndarray:
        """Raw score of each row."""
        return self.booster.predict(columns, raw_score=True, num_threads=1)


def fit_boosting(
    objective: Literal["binary", "regression"], columns: np.ndarray, target: np.ndarray, seed: int
) -> Boosting:
    """Fits LightGBM; half a dozen leaves of sixty people at least, because brands are small."""
    import lightgbm as lgb

    options = {
        "objective": objective, "num_leaves": 8, "learning_rate": 0.05, "min_data_in_leaf": 60,
        "lambda_l2": 10.0, "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1,
        "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1,
        "verbose": -1,
    }  # fmt: skip
    return Boosting(lgb.train(options, lgb.Dataset(columns, target), TREES))
