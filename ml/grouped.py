"""Sufficient statistics: the distinct rows of a few columns, and how many people share each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Grouped:
    """One entry per distinct row, in sorted order.

    `levels` holds the distinct values of each column, `codes` the place of each row's value among
    them: a function of one column is computed once per level and spread with `take`.
    """

    levels: tuple[np.ndarray, ...]
    codes: tuple[np.ndarray, ...]
    weight: np.ndarray

    def column(self, place: int) -> np.ndarray:
        """The values of one column, one per distinct row."""
        return self.levels[place][self.codes[place]]


def group_rows(*columns: np.ndarray) -> Grouped:
    """Groups equal rows; the answer does not depend on the order of the people."""
    import numpy as np

    key, levels = _keys(columns)
    distinct, counts = np.unique(key, return_counts=True)
    codes = []
    for level in reversed(levels):
        distinct, code = np.divmod(distinct, max(len(level), 1))
        codes.append(code)
    return Grouped(tuple(levels), tuple(reversed(codes)), counts.astype("float64"))


def once_per_row(function: Callable[..., np.ndarray], *columns: np.ndarray) -> np.ndarray:
    """A dear function of a few columns, computed once per distinct row of them."""
    import numpy as np

    key, _ = _keys(columns)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return function(*(column[first] for column in columns))[place]


def _keys(columns: Sequence[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """One whole number per row, equal for equal rows and in their order, and the levels behind."""
    import numpy as np
    import pandas as pd

    key, levels = np.zeros(len(columns[0]), dtype="int64"), []
    for column in columns:
        code, level = pd.factorize(column, sort=True)
        levels.append(np.asarray(level, dtype="float64"))
        key = key * max(len(level), 1) + code
    return key, levels
