"""Gamma-Gamma: what a buyer's purchases are worth on average (Fader and Hardie, 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


_BLOCK = 8192


@dataclass(frozen=True)
class GammaGamma:
    """Fitted parameters."""

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")

    def expected_value(self, count: np.ndarray, mean_value: np.ndarray) -> np.ndarray:
        """Expected value of one purchase: the buyer's own mean, drawn towards everybody's."""
        import numpy as np

        q = max(self.q, 1.0 + 1e-6)
        return self.p * (self.v + count * np.maximum(mean_value, 0.0)) / (self.p * count + q - 1)


def fit_gammagamma(count: np.ndarray, mean_value: np.ndarray) -> GammaGamma:
    """Maximum likelihood over buyers with a count and a mean above nothing.

    What depends on the count alone is summed once per distinct count. Of the amounts only the log of
    v plus the buyer's total is left to take at each step, in blocks that stay in the cache.
    """
    import numpy as np
    import pandas as pd
    from scipy.optimize import minimize
    from scipy.special import digamma, gammaln

    kept = (count > 0) & (mean_value > 0)
    x, m = count[kept], mean_value[kept]
    if not len(x):
        return GammaGamma(1.0, 2.0, 1.0)
    codes, xs = pd.factorize(x, sort=True)
    by_amount = np.argsort(m)  # sums of floats must not follow the order of the people
    order = by_amount[np.argsort(codes[by_amount], kind="stable")]
    x, m = x[order], m[order]
    spent, people = x * m, len(x)
    by_x = np.bincount(codes).astype("float64")
    log_m, x_log_m, log_x = np.log(m).sum(), x @ np.log(m), by_x @ (xs * np.log(xs))
    block = np.empty(_BLOCK)

    def sums(v: float) -> tuple[float, float, float, float]:
        """Over all buyers, of log(spent + v) and 1 / (spent + v): plain, and times the count."""
        found = np.zeros(4)
        for start in range(0, people, _BLOCK):
            x_part, part = x[start : start + _BLOCK], block[: min(_BLOCK, people - start)]
            np.add(spent[start : start + _BLOCK], v, out=part)
            logs = np.log(part)
            np.reciprocal(part, out=part)
            found += logs.sum(), x_part @ logs, part.sum(), x_part @ part
        return found[0], found[1], found[2], found[3]

    def cost(log_parameters: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = np.exp(log_parameters)
        plain, by_count, inverse, inverse_by_count = sums(v)
        psi_end = digamma(p * xs + q)
        value = (
            by_x @ (gammaln(p * xs + q) - gammaln(p * xs)) - people * (gammaln(q) - q * np.log(v))
            + p * x_log_m - log_m + p * log_x - p * by_count - q * plain
        )  # fmt: skip
        slopes = np.array([
            by_x @ (xs * (psi_end - digamma(p * xs))) + x_log_m + log_x - by_count,
            by_x @ psi_end - people * (digamma(q) - np.log(v)) - plain,
            people * q / v - p * inverse_by_count - q * inverse,
        ])  # fmt: skip
        return -value / people, -slopes * np.array([p, q, v]) / people

    found = minimize(
        cost,
        np.log([2.0, 3.0, max(float(np.median(m)), 1e-3)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-7.0, 7.0), (-7.0, 7.0), (-7.0, 16.0)],
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7},
    )
    p, q, v = (float(value) for value in np.exp(found.x))
    return GammaGamma(p, q, v, -float(found.fun) * people)
