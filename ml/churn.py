"""Churn: the chance that a buyer places no paid order within the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ml.baselines import BASELINES, Baselines, fit_baselines
from ml.evaluate import auc
from ml.features import STEADY_COLUMNS, matrix
from ml.reasons import Explainer, Standard, fit_explainer, fit_standard
from ml.split import halves, inner

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KINDS = ("logistic", "boosting")


@dataclass(frozen=True)
class ChurnModel:
    """A ranking of risk (an estimator or a plain rule) and the curve that makes it a chance."""

    champion: str
    baselines: Baselines
    standard: Standard
    estimator: Any
    slope: float
    intercept: float
    explainer: Explainer | None = None

    def risk(self, frame: pd.DataFrame) -> np.ndarray:
        """Uncalibrated risk; higher is more likely to leave."""
        import numpy as np

        if self.estimator is None:
            score = self.baselines.score(self.champion.removeprefix("baseline: "), frame)
            return np.asarray(-np.sign(score) * np.log1p(np.abs(score)))
        columns = self.standard.apply(self.columns(frame))
        return np.asarray(self.estimator.decision_function(columns))

    def rank(self, frame: pd.DataFrame) -> np.ndarray:
        """The order of the scores, on no particular scale: what drift is measured on."""
        return self.risk(frame)

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Chance of leaving, between 0 and 1."""
        from scipy.special import expit

        return expit(self.slope * self.risk(frame) + self.intercept)

    def columns(self, frame: pd.DataFrame) -> np.ndarray:
        """The matrix behind both the estimator and the reasons."""
        return matrix(frame, self.baselines.expected(frame), STEADY_COLUMNS)


def fit_churn(kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines) -> ChurnModel:
    """Fits on every training cutoff.

    The calibration curve comes from risks that each half of the people got from a model of the
    other half; a plain rule learns nothing from the labels, so its own risks serve.
    """
    from dataclasses import replace

    import numpy as np
    from scipy.special import logit

    final = _fit_once(kind, fit, seed, baselines)
    risk, churned = final.risk(fit), fit["label"].to_numpy()
    if final.estimator is not None:
        parts = [p for p in halves(fit) if p.fit["label"].nunique() == 2]
        if parts:
            early = [_fit_once(kind, p.fit, seed, baselines).risk(p.judge) for p in parts]
            risk = np.concatenate(early)
            churned = np.concatenate([p.judge["label"].to_numpy() for p in parts])
    slope, intercept = _platt(risk, churned)
    final = replace(final, slope=slope, intercept=intercept)
    chance = final.predict(fit).clip(1e-4, 1 - 1e-4)
    explainer = fit_explainer(final.columns(fit), logit(chance), STEADY_COLUMNS)
    return replace(final, explainer=explainer)


def choose_churn(fit: pd.DataFrame, horizon_days: int, seed: int) -> tuple[str, dict[str, float]]:
    """The kind that ranks best on the inner window; the simpler one when they are level."""
    split = inner(fit, horizon_days)
    if split is None or split.fit["label"].nunique() < 2:
        return KINDS[0], {}
    baselines = fit_baselines(split.fit, horizon_days)
    actual = split.judge["label"].to_numpy()
    found = {
        kind: auc(actual, _fit_once(kind, split.fit, seed, baselines).risk(split.judge))
        for kind in KINDS
    }
    best = max(found.values())
    return next(kind for kind in KINDS if found[kind] >= best - 0.002), found


def baseline_kinds() -> list[str]:
    """Every plain rule, under the name it carries as a champion."""
    return [f"baseline: {name}" for name in BASELINES["churn"]]


def _fit_once(kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines) -> ChurnModel:
    columns = matrix(fit, baselines.expected(fit), STEADY_COLUMNS)
    standard = fit_standard(columns)
    estimator = None
    if kind in KINDS:
        estimator = _estimator(kind, seed).fit(standard.apply(columns), fit["label"].to_numpy())
    return ChurnModel(kind, baselines, standard, estimator, 1.0, 0.0)


def _estimator(kind: str, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    if kind == "logistic":
        return LogisticRegression(C=0.02, max_iter=2000)
    return HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=60,
        l2_regularization=10.0, early_stopping=False, random_state=seed,
    )  # fmt: skip


def _platt(risk: np.ndarray, churned: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the calibration curve; the slope stays positive, so ranks stay."""
    from sklearn.linear_model import LogisticRegression

    if len(set(churned.tolist())) < 2:
        share = min(max(float(churned.mean()), 0.01), 0.99)
        from scipy.special import logit

        return 1e-3, float(logit(share))
    spread = float(risk.std()) or 1.0
    fitted = LogisticRegression(C=1e3, max_iter=1000).fit(risk.reshape(-1, 1) / spread, churned)
    return max(float(fitted.coef_[0][0]) / spread, 1e-3), float(fitted.intercept_[0])
