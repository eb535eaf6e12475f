"""BG/NBD: how many purchases to expect of a buyer (Fader, Hardie and Lee, 2005)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class BgNbd:
    """Fitted parameters; time is in weeks."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, ahead: float) -> np.ndarray:
        """Expected repeat purchases in the next `ahead` weeks, given the history."""
        import numpy as np
        from scipy.special import hyp2f1

        r, alpha, a, b = self.r, self.alpha, max(self.a, 1e-6), self.b
        if abs(a - 1.0) < 1e-6:
            a += 2e-6
        z = ahead / (alpha + age + ahead)
        shrink = np.exp((r + x) * (np.log(alpha + age) - np.log(alpha + age + ahead)))
        top = (a + b + x - 1) / (a - 1) * (1 - shrink * hyp2f1(r + x, b + x, a + b + x - 1, z))
        gone = np.exp(
            np.log(a) - np.log(b + np.maximum(x, 1) - 1)
            + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
        )  # fmt: skip
        value = top / (1 + np.where(x > 0, gone, 0.0))
        return np.nan_to_num(np.maximum(value, 0.0), nan=0.0, posinf=0.0)


def fit_bgnbd(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> BgNbd:
    """Maximum likelihood over the distinct (x, t_x, age), each weighted by how many share it."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln

    rows, weight = np.unique(np.column_stack([x, t_x, age]), axis=0, return_counts=True)
    x, t_x, age = rows.T

    def cost(log_parameters: np.ndarray) -> float:
        r, alpha, a, b = np.exp(log_parameters)
        start = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha)
            + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        )  # fmt: skip
        alive = -(r + x) * np.log(alpha + age)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
        both = np.where(x > 0, np.logaddexp(alive, np.where(x > 0, gone, 0.0)), alive)
        return float(-np.sum(weight * (start + both)) / weight.sum())

    found = minimize(
        cost,
        np.log([0.5, 5.0, 0.8, 2.0]),
        method="L-BFGS-B",
        bounds=[(-7.0, 7.0)] * 4,
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8},
    )
    return BgNbd(*(float(value) for value in np.exp(found.x)))
