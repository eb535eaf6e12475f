"""A model in service: how far its people moved, how old it is, how steady its scores are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ml.drift import SCORE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Health:
    """Tonight's state of one model. `closed` is the reason why its scores may not be replaced."""

    closed: str
    age_days: int
    score_psi: float
    feature_psi: dict[str, float]
    moved_two_share: float | None = None

    @property
    def worst_feature(self) -> tuple[str, float]:
        """The feature that moved most, and how far."""
        return max(self.feature_psi.items(), key=lambda pair: (pair[1], pair[0]))

    def with_stability(self, now: pd.Series, before: pd.Series) -> Health:
        """The share of people whose tenth moved by two or more since the night before."""
        both = before.notna()
        if not both.any():
            return self
        moved = (now[both].astype("int64") - before[both].astype("int64")).abs() >= 2
        return replace(self, moved_two_share=round(float(moved.mean()), 6))


def judge_health(
    drift: dict[str, float], age_days: int, psi_limit: float, max_age_days: int
) -> Health:
    """The gate of service: scores that drifted and a model grown old close it. Features that drift
    are told, but close nothing: a shop's season moves them every year.
    """
    features = {name: value for name, value in drift.items() if name != SCORE}
    closed = []
    if drift[SCORE] > psi_limit:
        closed.append(f"drift {drift[SCORE]:.3f} above {psi_limit:g}")
    if age_days > max_age_days:
        closed.append(
            f"model {age_days} days old, allowed {max_age_days}: train it (siyu model train)"
        )
    return Health("; ".join(closed), age_days, drift[SCORE], features)
