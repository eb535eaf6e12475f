"""What one training of an asset ends with: its figures beside the plain rule's, and its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# A gain counts when it is this many standard errors above nothing (one-sided, 2.5 %).
SURE = 1.96


@dataclass(frozen=True)
class Verdict:
    """One asset on its held-out window; `method` and `baseline` name the two that met."""

    asset: str
    is_published: bool
    metric: str
    method: str
    value: float | None
    baseline: str
    baseline_value: float | None
    reason: str
    judged_rows: int = 0
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """The verdict and, when published, the rows of the asset's table."""

    verdict: Verdict
    rows: pd.DataFrame | None = None


def untried(asset: str, metric: str, why: str) -> Outcome:
    """No contest took place: the table stays empty and says why."""
    return Outcome(Verdict(asset, False, metric, "none", None, "none", None, f"not tried: {why}"))


def is_sure(gain: float, standard_error: float) -> bool:
    """Whether a gain stands clear of chance."""
    return gain > 0 and gain > SURE * standard_error


def say(is_won: bool, metric: str, value: float, baseline: str, bar: float, se: float) -> str:
    """The reason in one line, the same words for every asset."""
    head = "published" if is_won else "not published"
    return (
        f"{head}: {metric} {value:.4f}, {baseline} {bar:.4f}, standard error of the gain {se:.4f}"
    )
