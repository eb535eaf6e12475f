"""Ways to order products for a person: two plain rules, item-item, linear item-item and ALS.

Every learner is a function of baskets that gives a scorer: rows of people in, people x products out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

    from ml.action.baskets import Baskets

FACTORS, REGULARISATION, CONFIDENCE, ROUNDS = 64, 20.0, 5.0, 8
RIDGE = 200.0
SHRINK, POPULARITY_POWER = 10.0, 0.7
FRESHNESS_FLOOR = 0.02


def popular(baskets: Baskets) -> Callable[[np.ndarray], np.ndarray]:
    """The same for everybody: people who ever bought the product."""
    import numpy as np

    count = np.asarray(baskets.bought.sum(axis=0)).ravel()
    return lambda rows: np.tile(count, (len(rows), 1))


def popular_lately(baskets: Baskets) -> Callable[[np.ndarray], np.ndarray]:
    """The same for everybody: people who bought the product in the last eight weeks."""
    import numpy as np

    return lambda rows: np.tile(baskets.recent, (len(rows), 1))


def item_item(baskets: Baskets) -> Callable[[np.ndarray], np.ndarray]:
    """Sum of similarities to what the person bought: shared buyers over popularity, shrunk.

    Deshpande and Karypis, Item-based top-N recommendation, 2004.
    """
    import numpy as np

    shared = _shared_buyers(baskets.bought)
    count = np.maximum(np.diag(shared).copy(), 1.0)
    np.fill_diagonal(shared, 0.0)
    power = count**POPULARITY_POWER
    likeness = shared / power[:, None] / power[None, :] * (shared / (shared + SHRINK))
    return _fresh(baskets, lambda rows: baskets.bought[rows] @ likeness)


def linear_item_item(baskets: Baskets) -> Callable[[np.ndarray], np.ndarray]:
    """Ridge regression of each product on all others, in closed form.

    Steck, Embarrassingly shallow autoencoders for sparse data, 2019.
    """
    import numpy as np

    gram = _shared_buyers(baskets.bought)
    gram[np.diag_indices_from(gram)] += RIDGE
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    return _fresh(baskets, lambda rows: baskets.bought[rows] @ weights)


def als(baskets: Baskets) -> Callable[[np.ndarray], np.ndarray]:
    """Alternating least squares on implicit feedback, each half step in closed form.

    Hu, Koren and Volinsky, Collaborative filtering for implicit feedback datasets, 2008.
    """
    import numpy as np

    people, products = baskets.bought.shape
    # The start only has to differ by product: sines do, and need no generator.
    grid = np.arange(products * FACTORS, dtype="float64").reshape(products, FACTORS)
    items, users = 0.01 * np.sin(grid * 12.9898 + 1.0), np.zeros((people, FACTORS))
    across = baskets.bought.T.tocsr()
    for _ in range(ROUNDS):
        users = _half_step(baskets.bought, items)
        items = _half_step(across, users)
    return _fresh(baskets, lambda rows: users[rows] @ items.T)


def _half_step(rows: sp.csr_matrix, other: np.ndarray) -> np.ndarray:
    import numpy as np

    out = np.zeros((rows.shape[0], FACTORS))
    gram = other.T @ other + REGULARISATION * np.eye(FACTORS)
    for row in range(rows.shape[0]):
        seen = other[rows.indices[rows.indptr[row] : rows.indptr[row + 1]]]
        if len(seen):
            left = gram + CONFIDENCE * (seen.T @ seen)
            out[row] = np.linalg.solve(left, (1.0 + CONFIDENCE) * seen.sum(axis=0))
    return out


def _shared_buyers(bought: sp.csr_matrix) -> np.ndarray:
    """Products x products: people who bought both. Counts are whole numbers, exact in float32."""
    import numpy as np

    total = np.zeros((bought.shape[1], bought.shape[1]), dtype="float32")
    for start in range(0, bought.shape[0], 5000):
        part = bought[start : start + 5000].toarray().astype("float32")
        total += part.T @ part
    return total.astype("float64")


def _fresh(
    baskets: Baskets, scorer: Callable[[np.ndarray], np.ndarray]
) -> Callable[[np.ndarray], np.ndarray]:
    """What nobody buys any more sinks: times the share of a product's buyers of the last weeks."""
    import numpy as np

    count = np.maximum(np.asarray(baskets.bought.sum(axis=0)).ravel(), 1.0)
    fresh = baskets.recent / count + FRESHNESS_FLOOR
    return lambda rows: np.maximum(np.asarray(scorer(rows)), 0.0) * fresh


BASELINES = {"popular": popular, "popular lately": popular_lately}
LEARNERS = {"item-item": item_item, "linear item-item": linear_item_item, "ALS": als}
