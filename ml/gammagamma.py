"""Gamma-Gamma: what a buyer's purchases are worth on average (Fader and Hardie, 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class GammaGamma:
    """Fitted parameters."""

    p: float
    q: float
    v: float

    def expected_value(self, count: np.ndarray, mean_value: np.ndarray) -> np.ndarray:
        """Expected value of one purchase: the buyer's own mean, drawn towards everybody's."""
        import numpy as np

        q = max(self.q, 1.0 + 1e-6)
        return self.p * (self.v + count * np.maximum(mean_value, 0.0)) / (self.p * count + q - 1)


def fit_gammagamma(count: np.ndarray, mean_value: np.ndarray) -> GammaGamma:
    """Maximum likelihood over buyers with a count and a mean above nothing."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln

    kept = (count > 0) & (mean_value > 0)
    x, m = count[kept], mean_value[kept]
    if not len(x):
        return GammaGamma(1.0, 2.0, 1.0)

    def cost(log_parameters: np.ndarray) -> float:
        p, q, v = np.exp(log_parameters)
        value = (
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
            + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
        )  # fmt: skip
        return float(-np.mean(value))

    found = minimize(
        cost,
        np.log([2.0, 3.0, max(float(np.median(m)), 1e-3)]),
        method="L-BFGS-B",
        bounds=[(-7.0, 7.0), (-7.0, 7.0), (-7.0, 16.0)],
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8},
    )
    return GammaGamma(*(float(value) for value in np.exp(found.x)))
