"""From a ranking to money: the mean amount paid along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_STEPS = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True)
class Curve:
    """Amounts along a ranking, straight between the knots."""

    knots: np.ndarray
    amounts: np.ndarray

    def at(self, rank: np.ndarray) -> np.ndarray:
        """The amount at each place, never below nothing."""
        import numpy as np

        return np.maximum(np.interp(rank, self.knots, self.amounts), 0.0)


def fit_curve(rank: np.ndarray, paid: np.ndarray) -> Curve:
    """Mean amount paid along the ranking, never falling and with the total that was paid.

    It always rises a little, so that no two ranks become level.
    """
    import numpy as np
    from sklearn.isotonic import IsotonicRegression

    edges = np.unique(np.quantile(rank, _STEPS))
    if len(edges) < 2:
        return Curve(edges, np.array([max(float(paid.mean()), 0.0)]))
    place = np.clip(np.searchsorted(edges, rank, side="right") - 1, 0, len(edges) - 2)
    used = np.unique(place)
    knots = np.array([rank[place == p].mean() for p in used])
    means = np.array([max(float(paid[place == p].mean()), 0.0) for p in used])
    weight = np.array([float((place == p).sum()) for p in used])
    level = IsotonicRegression().fit_transform(knots, means, sample_weight=weight)
    low, high = float(rank.min()) - 1.0, float(rank.max()) + 1.0
    knots = np.concatenate([[low], knots, [high]])
    level = np.concatenate([[0.0], level, [level[-1] * 1.25 + 0.01]])
    level = level + 1e-3 * np.arange(len(level))
    said, total = float(np.interp(rank, knots, level).sum()), max(float(paid.sum()), 0.0)
    return Curve(knots, level * (total / said) if said > 0 else level)
