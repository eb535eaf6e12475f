"""What a randomised experiment did: the average effect with its standard error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Effect:
    """Treated minus control, with the standard error and the 95 % interval of the difference."""

    ate: float
    standard_error: float
    low: float
    high: float
    treated: int
    control: int


def average_effect(outcome: np.ndarray, is_treated: np.ndarray) -> Effect:
    """Difference of means; each group's own sample variance (Neyman 1923, as Welch's test has it).

    `outcome` is any number per person, `is_treated` 0 or 1. Raises ValueError when a group has
    fewer than two people.
    """
    import numpy as np

    treated = np.asarray(outcome, dtype="float64")[np.asarray(is_treated) == 1]
    control = np.asarray(outcome, dtype="float64")[np.asarray(is_treated) == 0]
    if min(len(treated), len(control)) < 2:
        raise ValueError("an effect needs at least two people in each group")
    ate = float(treated.mean() - control.mean())
    error = float(np.sqrt(treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control)))
    return Effect(ate, error, ate - 1.96 * error, ate + 1.96 * error, len(treated), len(control))
