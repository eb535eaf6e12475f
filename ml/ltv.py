"""Value: the net amount that a buyer is expected to pay within the horizon.

The model says who is worth more than whom; the purchase models say what all come to together,
because they follow how a base ages while sums of past spend only grow with the record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ml.baselines import BASELINES, PAST_SPEND, VALUE, Baselines
from ml.boosting import fit_boosting
from ml.curve import Curve, fit_curve
from ml.features import ALL_COLUMNS, matrix
from ml.interval import Spans, fit_spans
from ml.reasons import Explainer, Standard, fit_explainer, fit_standard
from ml.split import halves

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KINDS = ("two-part", "boosting", "blend")


@dataclass(frozen=True)
class LtvModel:
    """A ranking (estimators beside past spend, or a plain rule), its money curve and its spans."""

    champion: str
    baselines: Baselines
    standard: Standard
    estimators: tuple[Any, ...]
    scales: tuple[tuple[float, float], ...]
    curve: Curve | None = None
    level: Curve | None = None
    spans: Spans | None = None
    explainer: Explainer | None = None

    def rank(self, frame: pd.DataFrame) -> np.ndarray:
        """How valuable each person is, on no particular scale."""
        import numpy as np

        if not self.estimators:
            score = self.baselines.score(self.champion.removeprefix("baseline: "), frame)
            return np.asarray(np.sign(score) * np.log1p(np.abs(score)))
        said = self._opinions(frame)
        return np.mean([(s - c) / w for s, (c, w) in zip(said, self.scales, strict=True)], axis=0)

    def _opinions(self, frame: pd.DataFrame) -> list[np.ndarray]:
        """The log of the amount by each estimator and, in a blend, of the past spend."""
        import numpy as np

        columns = self.standard.apply(self.columns(frame))
        said = [estimator.predict(columns) for estimator in self.estimators]
        if self.champion == "blend":
            said.append(np.log1p(self.baselines.score(PAST_SPEND, frame)))
        return said

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Expected amount in yuan; give it everybody at once, since the total is set for all."""
        return self.predict_with_spans(frame)[0]

    def predict_with_spans(
        self, frame: pd.DataFrame, rank: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The expected amounts, and the amounts at 10, 50 and 90 % as three rows.

        Both follow the total that the purchase models expect of these people: in conformal terms an
        amount is measured against that level (normalised score: Lei et al. 2018, section 5.2), or the
        spans would keep the width of a younger base. A rank already taken saves taking it again.
        """
        if self.curve is None or self.level is None or self.spans is None:
            raise ValueError("a model without its money curves ranks, but does not predict")
        rank = self.rank(frame) if rank is None else rank
        said = self.curve.at(rank)
        total = float(self.level.at(_log_value(self.baselines, frame)).sum())
        share = total / float(said.sum()) if said.sum() > 0 else 1.0
        return said * share, self.spans.at(rank) * share

    def columns(self, frame: pd.DataFrame) -> np.ndarray:
        """The matrix behind both the estimators and the reasons."""
        return matrix(frame, self.baselines.columns(frame), ALL_COLUMNS)


@dataclass(frozen=True)
class TwoPart:
    """The chance of any spend, times the size of it: most people pay nothing in a window."""

    chance: Any
    size: Any

    def predict(self, columns: np.ndarray) -> np.ndarray:
        """Log of one plus the expected amount."""
        import numpy as np

        amount = np.expm1(np.clip(self.size.predict(columns), 0, 16))
        return np.log1p(self.chance.predict_proba(columns)[:, 1] * amount)


def fit_ltv(kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines) -> LtvModel:
    """Fits on every training cutoff; the money curve makes the totals of those windows agree.

    The spans come from ranks that each half of the people got from a model of the other half.
    """
    import numpy as np

    model, paid = _fit_once(kind, fit, seed, baselines), fit["label"].to_numpy()
    own = model.rank(fit)
    parts = halves(fit) if model.estimators else []
    if parts:
        early = [_fit_once(kind, p.fit, seed, baselines).rank(p.judge) for p in parts]
        spans = fit_spans(
            np.concatenate(early), np.concatenate([p.judge["label"].to_numpy() for p in parts])
        )
    else:
        spans = fit_spans(own, paid)
    return replace(
        model,
        curve=fit_curve(own, paid),
        level=fit_curve(_log_value(baselines, fit), paid),
        spans=spans,
    )


def explained(model: LtvModel, fit: pd.DataFrame) -> LtvModel:
    """The same model with what moves its scores, learnt on the rows it was fitted on."""
    import numpy as np

    score = np.log1p(model.predict(fit))
    return replace(model, explainer=fit_explainer(model.columns(fit), score, ALL_COLUMNS))


def baseline_kinds() -> list[str]:
    """Every plain rule, under the name it carries as a champion."""
    return [f"baseline: {name}" for name in BASELINES["ltv"]]


def _fit_once(kind: str, fit: pd.DataFrame, seed: int, baselines: Baselines) -> LtvModel:
    import numpy as np

    columns = matrix(fit, baselines.columns(fit), ALL_COLUMNS)
    standard = fit_standard(columns)
    model = LtvModel(kind, baselines, standard, (), ())
    if kind not in KINDS:
        return model
    values, target = standard.apply(columns), np.log1p(fit["label"].clip(lower=0).to_numpy())
    estimators: list[Any] = []
    if kind in ("two-part", "blend"):
        estimators.append(_two_part(values, target))
    if kind in ("boosting", "blend"):
        estimators.append(fit_boosting("regression", values, target, seed))
    model = replace(model, estimators=tuple(estimators))
    said = model._opinions(fit)
    scales = tuple((float(part.mean()), float(part.std()) or 1.0) for part in said)
    return replace(model, scales=scales)


def _two_part(columns: np.ndarray, target: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    spent = target > 0
    if not 0 < spent.sum() < len(spent):
        return Ridge(alpha=200.0).fit(columns, target)
    return TwoPart(
        LogisticRegression(C=0.02, max_iter=2000).fit(columns, spent),
        Ridge(alpha=200.0).fit(columns[spent], target[spent]),
    )


def _log_value(baselines: Baselines, frame: pd.DataFrame) -> np.ndarray:
    import numpy as np

    return np.log1p(np.maximum(baselines.score(VALUE, frame), 0.0))
