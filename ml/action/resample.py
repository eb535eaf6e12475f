"""Repeated splits of people, and how sure their mean figure is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SPLITS, JUDGED_SHARE = 10, 0.3


def splits(groups: np.ndarray, salt: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Ten fixed random splits, 70 % to fit and 30 % to judge, each group shared out alike."""
    from sklearn.model_selection import StratifiedShuffleSplit

    maker = StratifiedShuffleSplit(SPLITS, test_size=JUDGED_SHARE, random_state=salt)
    yield from maker.split(groups.reshape(-1, 1), groups)


def mean_and_error(figures: np.ndarray) -> tuple[float, float]:
    """Mean over the splits and its standard error, widened because the splits share people.

    Nadeau and Bengio, Inference for the generalization error, 2003.
    """
    import numpy as np

    widen = 1 / len(figures) + JUDGED_SHARE / (1 - JUDGED_SHARE)
    return float(np.mean(figures)), float(np.std(figures, ddof=1) * widen**0.5)
