"""Value: the net amount that a buyer is expected to pay within the horizon.

The model says who is worth more than whom; the purchase models say what all come to together,
because they follow how a base ages while sums of past spend only grow with the record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ml.baselines import BASELINES, PAST_SPEND, VALUE, Baselines, fit_baselines
from ml.curve import Curve, fit_curve
from ml.evaluate import spearman
from ml.features import ALL_COLUMNS, matrix
from ml.reasons import Explainer, Standard, fit_explainer, fit_standard
from ml.split import inner

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KINDS = ("ridge", "two-part", "boosting")
WEIGHTS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class LtvModel:
    """A ranking (an estimator blended with past spend, or a plain rule) and its money curve."""

    champion: str
    baselines: Baselines
    standard: Standard
    estimator: Any
    weight: float
    centres: tuple[float, float, float, float]
    curve: Curve | None = None
    level: Curve | None = None
    explainer: Explainer | None = None

    def rank(self, frame: pd.DataFrame) -> np.ndarray:
        """How valuable each person is, on no particular scale."""
        import numpy as np

        if self.estimator is None:
            score = self.baselines.score(self.champion.removeprefix("baseline: "), frame)
            return np.asarray(np.sign(score) * np.log1p(np.abs(score)))
        mean, spread, past_mean, past_spread = self.centres
        said = (self.guess(frame) - mean) / spread
        past = (np.log1p(self.baselines.score(PAST_SPEND, frame)) - past_mean) / past_spread
        return np.asarray(self.weight * said + (1 - self.weight) * past)

    def guess(self, frame: pd.DataFrame) -> np.ndarray:
        """What the estimator alone says: the log of the amount."""
        return self.estimator.predict(self.standard.apply(self.columns(frame)))

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Expected amount in yuan; give it everybody at once, since the total is set for all."""
        if self.curve is None or self.level is None:
            raise ValueError("a model without its money curves ranks, but does not predict")
        said = self.curve.at(self.rank(frame))
        total = float(self.level.at(_log_value(self.baselines, frame)).sum())
        return said * (total / float(said.sum())) if said.sum() > 0 else said

    def columns(self, frame: pd.DataFrame) -> np.ndarray:
        """The matrix behind both the estimator and the reasons."""
        return matrix(frame, self.baselines.expected(frame), ALL_COLUMNS)


@dataclass(frozen=True)
class TwoPart:
    """The chance of any spend, times the size of it."""

    chance: Any
    size: Any

    def predict(self, columns: np.ndarray) -> np.ndarray:
        """Log of one plus the expected amount."""
        import numpy as np

        amount = np.expm1(np.clip(self.size.predict(columns), 0, 16))
        return np.log1p(self.chance.predict_proba(columns)[:, 1] * amount)


def fit_ltv(
    kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines, weight: float = 1.0
) -> LtvModel:
    """Fits on every training cutoff; the money curve makes the totals of those windows agree."""
    import numpy as np

    model, paid = _fit_once(kind, fit, seed, baselines, weight), fit["label"].to_numpy()
    model = replace(
        model,
        curve=fit_curve(model.rank(fit), paid),
        level=fit_curve(_log_value(baselines, fit), paid),
    )
    score = np.log1p(model.predict(fit))
    return replace(model, explainer=fit_explainer(model.columns(fit), score, ALL_COLUMNS))


def choose_ltv(
    fit: pd.DataFrame, horizon_days: int, seed: int
) -> tuple[str, float, dict[str, float]]:
    """The kind and its weight beside past spend that rank best on the inner window."""
    split = inner(fit, horizon_days)
    if split is None:
        return KINDS[0], 0.5, {}
    actual = split.judge["label"].to_numpy()
    found: dict[tuple[str, float], float] = {}
    baselines = fit_baselines(split.fit, horizon_days)
    for kind in KINDS:
        model = _fit_once(kind, split.fit, seed, baselines, 1.0)
        for weight in WEIGHTS:
            ranked = replace(model, weight=weight).rank(split.judge)
            found[kind, weight] = spearman(actual, ranked)
    best = max(found, key=lambda pair: (found[pair], -KINDS.index(pair[0]), -pair[1]))
    return best[0], best[1], {f"{k} at {w:g}": v for (k, w), v in found.items()}


def baseline_kinds() -> list[str]:
    """Every plain rule, under the name it carries as a champion."""
    return [f"baseline: {name}" for name in BASELINES["ltv"]]


def _fit_once(
    kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines, weight: float
) -> LtvModel:
    import numpy as np

    columns = matrix(fit, baselines.expected(fit), ALL_COLUMNS)
    standard = fit_standard(columns)
    model = LtvModel(kind, baselines, standard, None, weight, (0, 1, 0, 1))
    if kind not in KINDS:
        return model
    target = np.log1p(fit["label"].clip(lower=0).to_numpy())
    model = replace(model, estimator=_estimator(kind, seed, standard.apply(columns), target))
    said, past = model.guess(fit), np.log1p(baselines.score(PAST_SPEND, fit))
    spreads = float(said.std()) or 1.0, float(past.std()) or 1.0
    centres = (float(said.mean()), spreads[0], float(past.mean()), spreads[1])
    return replace(model, centres=centres)


def _estimator(kind: str, seed: int, columns: np.ndarray, target: np.ndarray) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    spent = target > 0
    if kind == "two-part" and 0 < spent.sum() < len(spent):
        return TwoPart(
            LogisticRegression(C=0.02, max_iter=2000).fit(columns, spent),
            Ridge(alpha=200.0).fit(columns[spent], target[spent]),
        )
    if kind == "boosting":
        return HistGradientBoostingRegressor(
            max_iter=80, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=60,
            l2_regularization=10.0, early_stopping=False, random_state=seed,
        ).fit(columns, target)  # fmt: skip
    return Ridge(alpha=200.0).fit(columns, target)


def _log_value(baselines: Baselines, frame: pd.DataFrame) -> np.ndarray:
    import numpy as np

    return np.log1p(np.maximum(baselines.score(VALUE, frame), 0.0))
