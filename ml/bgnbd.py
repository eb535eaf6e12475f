"""BG/NBD and MBG/NBD: how many purchases to expect of a buyer.

Fader, Hardie and Lee (2005) let a buyer leave after any repeat purchase; Batislam, Denizel and
Filiztekin (2007) also after the first. The second is the first with b + 1 wherever the history of
a buyer enters, so both share one formula each for likelihood and expectation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.grouped import group_rows, once_per_row

if TYPE_CHECKING:
    import numpy as np

_START = (0.5, 5.0, 0.8, 2.0)


@dataclass(frozen=True)
class BgNbd:
    """Fitted parameters; time is in weeks. `early`: a buyer may leave after the first purchase."""

    r: float
    alpha: float
    a: float
    b: float
    early: bool = False
    log_likelihood: float = float("nan")

    def expected(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, ahead: float) -> np.ndarray:
        """Expected repeat purchases in the next `ahead` weeks, given the history."""
        return once_per_row(
            lambda *rows: self._expected(rows[0], rows[1], rows[2], ahead), x, t_x, age
        )

    def _expected(
        self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, ahead: float
    ) -> np.ndarray:
        import numpy as np
        from scipy.special import hyp2f1

        r, alpha, a = self.r, self.alpha, max(self.a, 1e-6)
        b = self.b + self.early
        if abs(a - 1.0) < 1e-6:
            a += 2e-6
        z = ahead / (alpha + age + ahead)
        shrink = np.exp((r + x) * (np.log(alpha + age) - np.log(alpha + age + ahead)))
        top = (a + b + x - 1) / (a - 1) * (1 - shrink * hyp2f1(r + x, b + x, a + b + x - 1, z))
        value = top / (1 + self._gone_odds(x, t_x, age))
        return np.nan_to_num(np.maximum(value, 0.0), nan=0.0, posinf=0.0)

    def alive(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Chance that the buyer has not left. BG/NBD gives 1 to every one-time buyer, so this is
        never a churn score; it is here for the published tables.
        """
        return 1 / (1 + self._gone_odds(x, t_x, age))

    def _gone_odds(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        import numpy as np

        b = self.b + self.early
        with np.errstate(over="ignore"):
            odds = np.exp(
                np.log(max(self.a, 1e-300)) - np.log(b + np.maximum(x, 1 - self.early) - 1)
                + (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + t_x))
            )  # fmt: skip
        return odds if self.early else np.where(x > 0, odds, 0.0)


def fit_bgnbd(x: np.ndarray, t_x: np.ndarray, age: np.ndarray, early: bool = False) -> BgNbd:
    """Maximum likelihood over the distinct (x, t_x, age), each weighted by how many share it.

    `early` fits MBG/NBD. Units: purchases after the first, weeks, weeks.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import digamma, gammaln

    rows = group_rows(x, t_x, age)
    (xs, ts, ages), (of_x, of_t, of_age) = rows.levels, rows.codes
    weight, people, count = rows.weight, float(rows.weight.sum()), rows.column(0)
    by_x = np.bincount(of_x, weight, len(xs))
    can_leave = np.ones(len(count), dtype=bool) if early else count > 0
    shift = 1.0 if early else 0.0

    def cost(log_parameters: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = np.exp(log_parameters)
        late = b + shift
        power = r + count
        log_age, log_t = np.log(alpha + ages)[of_age], np.log(alpha + ts)[of_t]
        # Odds of having left against being here still, and their share of the likelihood.
        log_step = np.log(a) - np.log(np.where(late + xs - 1 > 0, late + xs - 1, 1.0))
        odds = np.where(can_leave, log_step[of_x] + power * (log_age - log_t), -np.inf)
        gone = 1 / (1 + np.exp(-np.clip(odds, -700, 700))) * can_leave
        start = (
            gammaln(r + xs) - gammaln(r) + r * np.log(alpha)
            + gammaln(a + b) - gammaln(b) + gammaln(late + xs) - gammaln(a + late + xs)
        )  # fmt: skip
        value = by_x @ start + weight @ (np.logaddexp(0.0, odds) - power * log_age)
        held, gone_x = weight * gone, np.bincount(of_x, weight * gone, len(xs))
        inverse_age, inverse_t = 1 / (alpha + ages)[of_age], 1 / (alpha + ts)[of_t]
        step_b = np.where(late + xs - 1 > 0, 1 / np.where(late + xs - 1 > 0, late + xs - 1, 1), 0)
        psi_ab, psi_end = digamma(a + b), digamma(a + late + xs)
        slopes = np.array([
            by_x @ (digamma(r + xs) - digamma(r) + np.log(alpha))
            - weight @ log_age + held @ (log_age - log_t),
            people * r / alpha - weight @ (power * inverse_age)
            + held @ (power * (inverse_age - inverse_t)),
            by_x @ (psi_ab - psi_end) + held.sum() / a,
            by_x @ (psi_ab - digamma(b) + digamma(late + xs) - psi_end) - gone_x @ step_b,
        ])  # fmt: skip
        return -value / people, -slopes * np.array([r, alpha, a, b]) / people

    found = minimize(
        cost,
        np.log(_START),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-7.0, 7.0)] * 4,
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7},
    )
    r, alpha, a, b = (float(value) for value in np.exp(found.x))
    return BgNbd(r, alpha, a, b, early, -float(found.fun) * people)
