"""Pareto/NBD: how many purchases to expect of a buyer who may leave at any time.

Schmittlein, Morrison and Colombo (1987). The integral over the moment of leaving is taken by
Gauss-Legendre quadrature instead of the hypergeometric function: its slopes come with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.grouped import group_rows, once_per_row

if TYPE_CHECKING:
    import numpy as np

_START = (0.5, 10.0, 0.5, 10.0)
_NODES = 32


@dataclass(frozen=True)
class ParetoNbd:
    """Fitted parameters; time is in weeks."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float = float("nan")

    def expected(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, ahead: float) -> np.ndarray:
        """Expected repeat purchases in the next `ahead` weeks, given the history."""
        import numpy as np

        r, alpha, beta = self.r, self.alpha, self.beta
        s = self.s if abs(self.s - 1.0) > 1e-6 else self.s + 2e-6
        growth = -np.expm1((s - 1) * np.log((beta + age) / (beta + age + ahead))) / (s - 1)
        value = (r + x) / (alpha + age) * (beta + age) * growth
        return np.maximum(value * self.alive(x, t_x, age), 0.0)

    def alive(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Chance that the buyer has not left."""
        return once_per_row(self._alive, x, t_x, age)

    def _alive(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        import numpy as np

        log_here, log_gone, _ = _parts(self.r, self.alpha, self.s, self.beta, x, t_x, age)
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(log_gone - log_here))


def fit_paretonbd(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> ParetoNbd:
    """Maximum likelihood over the distinct (x, t_x, age). Units: as in `fit_bgnbd`."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import digamma, gammaln

    rows = group_rows(x, t_x, age)
    x, t_x, age = (rows.column(place) for place in range(3))
    weight, people = rows.weight, float(rows.weight.sum())

    def cost(log_parameters: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, s, beta = np.exp(log_parameters)
        log_here, log_gone, slopes_gone = _parts(r, alpha, s, beta, x, t_x, age)
        both = np.logaddexp(log_here, log_gone)
        gone = np.exp(log_gone - both)
        value = weight @ (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + both
        )  # fmt: skip
        here = 1 - gone
        slopes = np.array([
            weight @ (digamma(r + x) - digamma(r) + np.log(alpha)
                      - here * np.log(alpha + age) + gone * slopes_gone[0]),
            weight @ (r / alpha - here * (r + x) / (alpha + age) + gone * slopes_gone[1]),
            weight @ (np.log(beta) - here * np.log(beta + age) + gone * slopes_gone[2]),
            weight @ (s / beta - here * s / (beta + age) + gone * slopes_gone[3]),
        ])  # fmt: skip
        return -value / people, -slopes * np.array([r, alpha, s, beta]) / people

    found = minimize(
        cost,
        np.log(_START),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-7.0, 9.0)] * 4,
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7},
    )
    r, alpha, s, beta = (float(value) for value in np.exp(found.x))
    return ParetoNbd(r, alpha, s, beta, -float(found.fun) * people)


def _parts(
    r: float, alpha: float, s: float, beta: float, x: np.ndarray, t_x: np.ndarray, age: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """Logs of the still-here and the gone part of the likelihood, and the slopes of the second.

    The gone part is the integral of s (alpha + y)^-(r + x) (beta + y)^-(s + 1) from t_x to age,
    over u = log(alpha + y), where its powers become exponentials.
    """
    import numpy as np

    log_here = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    nodes, node_weight = np.polynomial.legendre.leggauss(_NODES)
    low, high = np.log(alpha + t_x), np.log(alpha + age)
    half = np.maximum(high - low, 0.0)[:, None] / 2
    u = low[:, None] + half * (nodes + 1)
    y = np.exp(u)  # alpha + y
    rest = np.log(y - alpha + beta)
    power = (r + x)[:, None] - 1
    log_f = -power * u - (s + 1) * rest
    peak = log_f.max(axis=1, keepdims=True)
    mass = np.exp(log_f - peak) * node_weight * half
    total = np.maximum(mass.sum(axis=1), 1e-300)
    share = mass / total[:, None]
    slopes = (
        -(share * u).sum(axis=1),
        -((r + x)[:, None] * share / y).sum(axis=1),
        1 / s - (share * rest).sum(axis=1),
        -((s + 1) * share / (y - alpha + beta)).sum(axis=1),
    )
    return log_here, np.log(s) + peak[:, 0] + np.log(total), slopes
