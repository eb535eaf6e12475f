"""Why a score came out as it did, as three features and the side each one lies on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

REASONS = 3
_CLIP = 4.0


@dataclass(frozen=True)
class Standard:
    """Centre and spread of every column, learnt on the training rows."""

    centre: np.ndarray
    spread: np.ndarray

    def apply(self, columns: np.ndarray) -> np.ndarray:
        """Standardised columns, with far-out values drawn in."""
        import numpy as np

        return np.clip((columns - self.centre) / self.spread, -_CLIP, _CLIP)


def fit_standard(columns: np.ndarray) -> Standard:
    """Mean and deviation; a column that never varies is left at nothing."""
    import numpy as np

    spread = columns.std(axis=0)
    return Standard(columns.mean(axis=0), np.where(spread > 1e-9, spread, 1.0))


@dataclass(frozen=True)
class Explainer:
    """A ridge fit of the score itself: each feature's weight in what the model says."""

    standard: Standard
    weights: np.ndarray
    names: tuple[str, ...]

    def reasons(self, columns: np.ndarray) -> np.ndarray:
        """For each row the features that moved it most from the average, strongest first."""
        import numpy as np

        z = self.standard.apply(columns)
        moved = np.round(z * self.weights, 9)
        order = np.argsort(-np.abs(moved), axis=1, kind="stable")[:, :REASONS]
        words = np.array([[f"{name} low", f"{name} high"] for name in self.names], dtype=object)
        above = np.take_along_axis(z, order, axis=1) > 0
        return words[order, above.astype("int64")]


def fit_explainer(columns: np.ndarray, score: np.ndarray, names: tuple[str, ...]) -> Explainer:
    """Learns the weights from the training rows and the scores the model gives them."""
    from sklearn.linear_model import Ridge

    standard = fit_standard(columns)
    fitted = Ridge(alpha=len(columns) * 0.05 + 1.0).fit(standard.apply(columns), score)
    return Explainer(standard, fitted.coef_, names)
