"""The Qini coefficient: how well an order of people finds those whom a treatment moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def qini_curve(
    outcome: np.ndarray, uplift: np.ndarray, is_treated: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """People taken, best first, and the extra outcomes among them: treated minus scaled control.

    People with the same uplift are taken together, so that their order cannot matter.
    Radcliffe, Using control groups to target on predicted lift, 2007.
    """
    import numpy as np

    order = np.argsort(-uplift, kind="stable")
    y, t, u = outcome[order].astype("float64"), is_treated[order].astype("float64"), uplift[order]
    ends = np.append(np.flatnonzero(np.diff(u)), len(u) - 1)
    treated, control = np.cumsum(t)[ends], np.cumsum(1 - t)[ends]
    won, lost = np.cumsum(y * t)[ends], np.cumsum(y * (1 - t))[ends]
    scale = np.divide(treated, control, out=np.zeros_like(treated), where=control > 0)
    return np.append(0, ends + 1), np.append(0.0, won - lost * scale)


def qini_coefficient(outcome: np.ndarray, uplift: np.ndarray, is_treated: np.ndarray) -> float:
    """Area between the curve and the chance line, over that of a perfect order: 0 is chance, 1 perfect.

    `outcome` and `is_treated` are 0 or 1. The same figure as scikit-uplift's qini_auc_score.
    """
    import numpy as np

    y, t = np.asarray(outcome), np.asarray(is_treated)
    taken, extra = qini_curve(y, np.asarray(uplift, dtype="float64"), t)
    best_taken, best_extra = qini_curve(y, (y * t - y * (1 - t)).astype("float64"), t)
    chance = np.trapezoid([0.0, extra[-1]], [0, len(y)])
    perfect = np.trapezoid(best_extra, best_taken) - chance
    if perfect == 0.0:
        return 0.0
    return float((np.trapezoid(extra, taken) - chance) / perfect)
