"""Who goes into service: the rules a challenger must pass, and why it did or did not."""

from __future__ import annotations

from dataclasses import dataclass

from ml.config import ChurnConfig, LtvConfig, ModelsConfig


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


Means = tuple[float, float] | None  # over the rolling windows: the model's and the best rule's


def judge(
    question: str,
    model: Figures,
    best: tuple[str, float],
    current: float | None,
    config: ModelsConfig,
    means: Means = None,
) -> Verdict:
    """Applies the bar of the question."""
    if question == "churn":
        return judge_churn(model, best, current, config.churn, means)
    return judge_ltv(model, best, current, config.ltv, means)


def judge_churn(
    model: Figures,
    best: tuple[str, float],
    current: float | None,
    bar: ChurnConfig,
    means: Means = None,
) -> Verdict:
    """Applies the churn bar."""
    faults = []
    if model.metric > bar.max_auc:
        faults.append(
            f"leak alarm: AUC {model.metric:.3f} above {bar.max_auc:.2f} is too good to be true"
        )
    if model.ece > bar.max_ece:
        faults.append(f"calibration error {model.ece:.3f} above {bar.max_ece:.2f}")
    return _judge("AUC", model.metric, best, current, bar.tolerance_auc, faults, means)


def judge_ltv(
    model: Figures,
    best: tuple[str, float],
    current: float | None,
    bar: LtvConfig,
    means: Means = None,
) -> Verdict:
    """Applies the value bar."""
    faults = []
    if model.metric > bar.max_spearman:
        faults.append(
            f"leak alarm: Spearman {model.metric:.3f} above {bar.max_spearman:.2f} is too good to"
            " be true"
        )
    if not bar.total_ratio_min <= model.total_ratio <= bar.total_ratio_max:
        faults.append(
            f"predicted total is {model.total_ratio:.2f} of the observed one, allowed "
            f"{bar.total_ratio_min:g} to {bar.total_ratio_max:g}"
        )
    return _judge("Spearman", model.metric, best, current, bar.tolerance_spearman, faults, means)


def _judge(
    metric: str,
    value: float,
    best: tuple[str, float],
    current: float | None,
    tolerance: float,
    faults: list[str],
    means: Means,
) -> Verdict:
    name, bar = best
    if value < bar - tolerance:
        faults.append(f"{metric} {value:.3f} below {name} at {bar:.3f}")
    if means is not None and means[0] < means[1]:
        faults.append(
            f"mean {metric} over the windows {means[0]:.3f} below the best rule's {means[1]:.3f}"
        )
    if faults:
        return Verdict(False, False, f"refused: {'; '.join(faults)}")
    if current is not None and value < current:
        return Verdict(
            False, True, f"kept the present one: {metric} {value:.3f} below its {current:.3f}"
        )
    beside = "" if current is None else f", present one {current:.3f}"
    return Verdict(True, False, f"accepted: {metric} {value:.3f}, {name} {bar:.3f}{beside}")
