"""Who goes into service: the rules a challenger must pass, and why it did or did not."""

from __future__ import annotations

from dataclasses import dataclass

from ml.config import ChurnConfig, LtvConfig


@dataclass(frozen=True)
class Figures:
    """What a contender showed on the held-out window."""

    metric: float
    ece: float = 0.0
    total_ratio: float = 1.0


@dataclass(frozen=True)
class Verdict:
    """Whether the model goes into service, and the reasons in words."""

    accepted: bool
    keep_current: bool
    decision: str


def judge_churn(
    model: Figures, best: tuple[str, float], current: float | None, bar: ChurnConfig
) -> Verdict:
    """Applies the churn bar."""
    faults = []
    if model.metric > bar.max_auc:
        faults.append(
            f"leak alarm: AUC {model.metric:.3f} above {bar.max_auc:.2f} is too good to be true"
        )
    if model.ece > bar.max_ece:
        faults.append(f"calibration error {model.ece:.3f} above {bar.max_ece:.2f}")
    return _judge("AUC", model.metric, best, current, bar.tolerance_auc, faults)


def judge_ltv(
    model: Figures, best: tuple[str, float], current: float | None, bar: LtvConfig
) -> Verdict:
    """Applies the value bar."""
    faults = []
    if not bar.total_ratio_min <= model.total_ratio <= bar.total_ratio_max:
        faults.append(
            f"predicted total is {model.total_ratio:.2f} of the observed one, allowed "
            f"{bar.total_ratio_min:g} to {bar.total_ratio_max:g}"
        )
    return _judge("Spearman", model.metric, best, current, bar.tolerance_spearman, faults)


def _judge(
    metric: str,
    value: float,
    best: tuple[str, float],
    current: float | None,
    tolerance: float,
    faults: list[str],
) -> Verdict:
    name, bar = best
    if value < bar - tolerance:
        faults.append(f"{metric} {value:.3f} below {name} at {bar:.3f}")
    if faults:
        return Verdict(False, False, f"refused: {'; '.join(faults)}")
    if current is not None and value < current:
        return Verdict(
            False, True, f"kept the present one: {metric} {value:.3f} below its {current:.3f}"
        )
    beside = "" if current is None else f", present one {current:.3f}"
    return Verdict(True, False, f"accepted: {metric} {value:.3f}, {name} {bar:.3f}{beside}")
