"""Drift: how far tonight's people lie from those the model was judged on, by score and feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ml.features import FEATURES, GROWING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SCORE = "score"
_FLOOR = 1e-3


@dataclass(frozen=True)
class Reference:
    """Edges of ten bins over the newest labelled scores, and the share that fell in each."""

    edges: np.ndarray
    shares: np.ndarray


def fit_reference(values: np.ndarray, bins: int = 10) -> Reference:
    """Bins that hold about as many reference values each; ties merge bins."""
    import numpy as np

    inside = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
    return Reference(inside, _shares(values, inside))


def fit_references(model: Any, frame: pd.DataFrame) -> dict[str, Reference]:
    """How the scores and every feature spread over the people the model was judged on.

    Features that only grow with the length of the record are left out: they always drift.
    """
    found = {SCORE: fit_reference(model.rank(frame))}
    for name in FEATURES:
        if name not in GROWING:
            found[name] = fit_reference(frame[name].to_numpy(dtype="float64"))
    return found


def drift_of(
    references: dict[str, Reference], rank: np.ndarray, frame: pd.DataFrame
) -> dict[str, float]:
    """The stability index of the scores and of every feature tonight."""
    return {
        name: round(psi(kept, rank if name == SCORE else frame[name].to_numpy(dtype="float64")), 6)
        for name, kept in references.items()
    }


def psi(reference: Reference, values: np.ndarray) -> float:
    """Population stability index: 0 is alike, above 0.25 is commonly read as changed."""
    import numpy as np

    if not len(values):
        return 0.0
    now = _shares(values, reference.edges)
    return float(np.sum((now - reference.shares) * np.log(now / reference.shares)))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    import numpy as np

    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    shares = np.maximum(counts / max(len(values), 1), _FLOOR)
    return shares / shares.sum()
