"""Churn: the chance that a buyer places no paid order within the horizon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ml.baselines import BASELINES, Baselines
from ml.boosting import fit_boosting
from ml.features import CORE_COLUMNS, STEADY_COLUMNS, matrix
from ml.reasons import Explainer, Standard, fit_explainer, fit_standard
from ml.split import halves

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KINDS = ("logistic", "boosting", "blend")


@dataclass(frozen=True)
class Part:
    """One estimator with its columns; its scores are brought to one scale before they are mixed."""

    columns: tuple[str, ...]
    standard: Standard
    estimator: Any
    centre: float
    spread: float


@dataclass(frozen=True)
class ChurnModel:
    """A ranking of risk (estimators or a plain rule) and the curve that makes it a chance."""

    champion: str
    baselines: Baselines
    parts: tuple[Part, ...]
    slope: float = 1.0
    intercept: float = 0.0
    explainer: Explainer | None = None

    def risk(self, frame: pd.DataFrame) -> np.ndarray:
        """Uncalibrated risk; higher is more likely to leave."""
        import numpy as np

        if not self.parts:
            score = self.baselines.score(self.champion.removeprefix("baseline: "), frame)
            return np.asarray(-np.sign(score) * np.log1p(np.abs(score)))
        expected = self.baselines.columns(frame)
        found = []
        for part in self.parts:
            columns = part.standard.apply(matrix(frame, expected, part.columns))
            found.append((_raw(part.estimator, columns) - part.centre) / part.spread)
        return np.mean(found, axis=0)

    def rank(self, frame: pd.DataFrame) -> np.ndarray:
        """The order of the scores, on no particular scale: what drift is measured on."""
        return self.risk(frame)

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Chance of leaving, between 0 and 1."""
        return self.chance(self.risk(frame))

    def chance(self, risk: np.ndarray) -> np.ndarray:
        """The calibration curve: what share of people with this risk leaves."""
        from scipy.special import expit

        return expit(self.slope * risk + self.intercept)

    def columns(self, frame: pd.DataFrame) -> np.ndarray:
        """The matrix behind the reasons."""
        return matrix(frame, self.baselines.columns(frame), STEADY_COLUMNS)


def fit_churn(kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines) -> ChurnModel:
    """Fits on every training cutoff.

    The calibration curve comes from risks that each half of the people got from a model of the
    other half; a plain rule learns nothing from the labels, so its own risks serve.
    """
    import numpy as np

    final = _fit_once(kind, fit, seed, baselines)
    risk, churned = final.risk(fit), fit["label"].to_numpy()
    if final.parts:
        parts = [p for p in halves(fit) if p.fit["label"].nunique() == 2]
        if parts:
            early = [_fit_once(kind, p.fit, seed, baselines).risk(p.judge) for p in parts]
            risk = np.concatenate(early)
            churned = np.concatenate([p.judge["label"].to_numpy() for p in parts])
    slope, intercept = _platt(risk, churned)
    return replace(final, slope=slope, intercept=intercept)


def explained(model: ChurnModel, fit: pd.DataFrame) -> ChurnModel:
    """The same model with what moves its scores, learnt on the rows it was fitted on."""
    from scipy.special import logit

    chance = model.predict(fit).clip(1e-4, 1 - 1e-4)
    explainer = fit_explainer(model.columns(fit), logit(chance), STEADY_COLUMNS)
    return replace(model, explainer=explainer)


def baseline_kinds() -> list[str]:
    """Every plain rule, under the name it carries as a champion."""
    return [f"baseline: {name}" for name in BASELINES["churn"]]


def _fit_once(kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines) -> ChurnModel:
    if kind not in KINDS:
        return ChurnModel(kind, baselines, ())
    expected, parts = baselines.columns(fit), []
    for name, columns in (("logistic", CORE_COLUMNS), ("boosting", STEADY_COLUMNS)):
        if kind not in (name, "blend"):
            continue
        values = matrix(fit, expected, columns)
        standard = fit_standard(values)
        values = standard.apply(values)
        estimator = _estimator(name, seed, values, fit["label"].to_numpy())
        raw = _raw(estimator, values)
        spread = float(raw.std()) or 1.0
        parts.append(Part(columns, standard, estimator, float(raw.mean()), spread))
    return ChurnModel(kind, baselines, tuple(parts))


def _estimator(name: str, seed: int, columns: np.ndarray, churned: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    if name == "logistic":
        return LogisticRegression(C=0.02, max_iter=2000).fit(columns, churned)
    return fit_boosting("binary", columns, churned, seed)


def _raw(estimator: Any, columns: np.ndarray) -> np.ndarray:
    if hasattr(estimator, "decision_function"):
        return estimator.decision_function(columns)
    return estimator.predict(columns)


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
