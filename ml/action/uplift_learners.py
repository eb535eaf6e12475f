"""Learners of whom a treatment moves: T, X and class transform, and the plain rule beside them.

Each takes features, outcome (0 or 1), treatment (0 or 1) and new features, and gives the uplift of
the new: the rise of the chance of the outcome. Treatment must have been drawn by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def t_learner(x: np.ndarray, y: np.ndarray, t: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Two models of the outcome, one per group; the difference of what they say."""
    return _chance(x[t == 1], y[t == 1], new) - _chance(x[t == 0], y[t == 0], new)


def x_learner(x: np.ndarray, y: np.ndarray, t: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Each group's outcome against what the other group's model expected, modelled again.

    Kuenzel et al., Metalearners for estimating heterogeneous treatment effects, 2019.
    """
    gain = y[t == 1] - _chance(x[t == 0], y[t == 0], x[t == 1])
    loss = _chance(x[t == 1], y[t == 1], x[t == 0]) - y[t == 0]
    share = float(t.mean())
    of_treated = _regressor().fit(x[t == 1], gain).predict(new)
    of_control = _regressor().fit(x[t == 0], loss).predict(new)
    return (1 - share) * of_treated + share * of_control


def class_transform(x: np.ndarray, y: np.ndarray, t: np.ndarray, new: np.ndarray) -> np.ndarray:
    """One model of "treated and bought, or untreated and did not", groups weighted alike.

    Jaskowski and Jaroszewicz, Uplift modeling for clinical trial data, 2012.
    """
    import numpy as np

    share = float(t.mean())
    weight = np.where(t == 1, 1 / share, 1 / (1 - share))
    model = _classifier()
    model.fit(x, (y == t).astype(int), logisticregression__sample_weight=weight)
    return 2 * model.predict_proba(new)[:, 1] - 1


def said_by_all(
    x: np.ndarray, y: np.ndarray, t: np.ndarray, new: np.ndarray
) -> dict[str, np.ndarray]:
    """What every learner and the plain rule say, by name. BLEND is the mean of X and class transform:
    their errors differ, so it is steadier than either.
    """
    said = {name: learn(x, y, t, new) for name, learn in LEARNERS.items()}
    said[BLEND] = (said["X-learner"] + said["class transform"]) / 2
    said[PLAIN] = _chance(x, y, new)
    return said


def _chance(x: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    import numpy as np

    if len(np.unique(y)) < 2:
        return np.full(len(new), float(y[0]) if len(y) else 0.0)
    return _classifier().fit(x, y).predict_proba(new)[:, 1]


def _classifier() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))


def _regressor() -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.05, max_leaf_nodes=6, min_samples_leaf=100, random_state=0
    )


LEARNERS = {
    "T-learner": t_learner,
    "X-learner": x_learner,
    "class transform": class_transform,
}
BLEND = "X and class transform"
PLAIN = "likely buyers first"
