"""The span of a value: what one in ten, half and nine in ten of alike buyers paid at most.

Conformal prediction within groups (Mondrian: Vovk, Gammerman & Shafer 2005, ch. 4.5) on ranks that
came from a model of the other half of the people (cross-conformal: Vovk 2015, "Cross-conformal
predictors"). Only windows that closed before the judged one are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEVELS = (0.1, 0.5, 0.9)
_ALIKE = 20  # groups along the ranking
_LEAST = 30  # people in one


@dataclass(frozen=True)
class Spans:
    """Amounts at each level along a ranking, straight between the knots."""

    knots: np.ndarray
    amounts: np.ndarray

    def at(self, rank: np.ndarray) -> np.ndarray:
        """One row per level of LEVELS, never crossing, never below nothing."""
        import numpy as np

        found = np.array([np.interp(rank, self.knots, level) for level in self.amounts])
        return np.maximum.accumulate(np.maximum(found, 0.0), axis=0)


def fit_spans(rank: np.ndarray, paid: np.ndarray) -> Spans:
    """Quantiles of what people paid, in groups of alike rank. The ranks should come from a model
    that had not seen those people, or the spans come out too narrow.

    The quantile of n amounts stands at place level * (n + 1), so that a further person of the group
    lies below it with just that chance; a plain sample quantile falls short by up to 1 / n.
    """
    import numpy as np
    from sklearn.isotonic import IsotonicRegression

    groups = max(1, min(_ALIKE, len(rank) // _LEAST))
    parts = np.array_split(np.argsort(rank, kind="stable"), groups)
    knots = np.array([float(rank[part].mean()) for part in parts])
    levels = np.array([np.quantile(paid[part], LEVELS, method="weibull") for part in parts]).T
    rising = [IsotonicRegression().fit_transform(np.arange(groups), level) for level in levels]
    keep = np.concatenate([[True], np.diff(knots) > 0])
    return Spans(knots[keep], np.maximum(np.array(rising)[:, keep], 0.0))


def coverage(paid: np.ndarray, spans: np.ndarray) -> dict[str, float]:
    """Shares of people outside, at and within their spans, and the share that is promised within.

    Where more than one in ten pay nothing, p10 is 0 and nobody falls below it but by refunds. Nine in
    ten are then due within, not eight: `due_within` is the mean of that over the people. Judge
    the tails apart: each should hold at most a tenth, and the upper one close to it.
    """
    import numpy as np

    low, middle, high = spans
    return {
        "below_p10": float((paid < low).mean()),
        "above_p90": float((paid > high).mean()),
        "at_most_p50": float((paid <= middle).mean()),
        "within_p10_p90": float(((paid >= low) & (paid <= high)).mean()),
        "due_within": float(np.where(low > 0, 0.8, 0.9).mean()),
    }
