"""Figures on a window: ranking, calibration, totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def auc(churned: np.ndarray, risk: np.ndarray) -> float:
    """Chance that a leaver is ranked above a stayer; 0.5 when there is only one kind."""
    from scipy.stats import rankdata

    leavers = float(churned.sum())
    stayers = float(len(churned) - leavers)
    if not leavers or not stayers:
        return 0.5
    ranks = rankdata(risk)[churned == 1].sum()
    return float((ranks - leavers * (leavers + 1) / 2) / (leavers * stayers))


def auc_gain(kind: np.ndarray, one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """How far the AUC of one ranking lies above another's on the same cases, and its standard error.

    DeLong, DeLong & Clarke-Pearson 1988: each case's placement among the other kind, paired. A constant
    ranking has AUC 0.5 and no error of its own. Needs two of each kind.
    """
    import numpy as np
    from scipy.stats import rankdata

    yes, no = np.flatnonzero(kind == 1), np.flatnonzero(kind == 0)
    placed = []
    for score in (one, other):
        every = rankdata(score)
        among_no = (every[yes] - rankdata(score[yes])) / len(no)
        among_yes = 1 - (every[no] - rankdata(score[no])) / len(yes)
        placed.append((among_no, among_yes))
    of_yes, of_no = placed[0][0] - placed[1][0], placed[0][1] - placed[1][1]
    error = of_yes.var(ddof=1) / len(yes) + of_no.var(ddof=1) / len(no)
    return float(of_yes.mean()), float(error**0.5)


def ece(churned: np.ndarray, probability: np.ndarray, bins: int = 10) -> float:
    """Mean gap between promised and observed share over equally filled bins."""
    import numpy as np

    parts = np.array_split(np.argsort(probability, kind="stable"), bins)
    gaps = [len(p) * abs(float(probability[p].mean() - churned[p].mean())) for p in parts if len(p)]
    return float(sum(gaps) / max(len(churned), 1))


def brier(churned: np.ndarray, probability: np.ndarray) -> float:
    """Mean squared error of the probability."""
    import numpy as np

    return float(np.mean((probability - churned) ** 2))


def spearman(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Rank correlation; 0 when either side is constant."""
    import numpy as np
    from scipy.stats import rankdata

    left, right = rankdata(actual), rankdata(predicted)
    if left.std() == 0 or right.std() == 0:
        return 0.0
    return float(np.corrcoef(left, right)[0, 1])


def total_ratio(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Predicted total over observed total."""
    observed = float(actual.sum())
    return float(predicted.sum()) / observed if observed > 0 else float("inf")


def top_share(actual: np.ndarray, predicted: np.ndarray, share: float = 0.1) -> float:
    """Part of the observed total that came from the best-predicted tenth of the people."""
    import numpy as np

    count = max(1, int(len(actual) * share))
    best = np.argsort(-predicted, kind="stable")[:count]
    total = float(actual.sum())
    return float(actual[best].sum()) / total if total > 0 else 0.0


def normalised_gini(actual: np.ndarray, predicted: np.ndarray) -> float:
    """How well the prediction orders the amounts: 1 is the order of the amounts themselves, 0 is
    chance. Ties keep the order of the rows.
    """
    best = _gini(actual, actual)
    return _gini(actual, predicted) / best if best > 0 else 0.0


def _gini(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Area between the concentration curve along the prediction and the even line."""
    import numpy as np

    total, count = float(actual.sum()), len(actual)
    if total <= 0:
        return 0.0
    gathered = np.cumsum(actual[np.argsort(-predicted, kind="stable")]) / total
    return float(gathered.sum()) / count - (count + 1) / (2 * count)


def mae(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Mean absolute error, in the unit of the amounts."""
    import numpy as np

    return float(np.mean(np.abs(predicted - actual)))
