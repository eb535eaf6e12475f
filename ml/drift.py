"""Drift: how far tonight's people lie from those the model was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

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
