"""The contest: who serves after a training, by the rule written in `RULE`."""

from __future__ import annotations

from datetime import date
from typing import Any

from ml import churn, gate, ltv, registry
from ml.config import ModelsConfig
from ml.features import EXPECTATIONS
from ml.horizons import Task
from ml.window import CHALLENGER, METRIC, JudgedWindow, deciles, figures_of
from siyu.settings import Settings

RULE = (
    "A challenger serves when, on the newest window that is wholly over, it is not below the best plain "
    "rule by more than the tolerance, is calibrated (churn) or has a plausible total (value), is not too "
    "good to be true, and is not below the model in service on the same people; and when its mean over "
    "all rolling windows is not below that of the best plain rule. A challenger that fails only against "
    "the model in service leaves it there; any other failure hands over to the best plain rule."
)


def contest(
    settings: Settings,
    config: ModelsConfig,
    task: Task,
    windows: list[JudgedWindow],
    as_of: date,
    current: str | None,
) -> tuple[Any, dict[str, Any]]:
    """The model to serve (None: leave the present one) and its figures."""
    newest = windows[-1]
    best, seen = newest.best_baseline, newest.figures[CHALLENGER]
    value = newest.metric(CHALLENGER)
    means = mean_metrics(windows)
    verdict = gate.judge(
        task.question,
        gate.Figures(value, seen.get("ece", 0.0), seen["total_ratio"]),
        (best, newest.metric(best)),
        _rival(settings, task, newest, as_of, current),
        config,
        None if len(windows) < 2 else (means[CHALLENGER], best_of(means)),
    )
    if verdict.keep_current:
        return None, {"decision": verdict.decision}
    winner = CHALLENGER if verdict.accepted else best
    model, judge = newest.models[winner], newest.split.judge
    explained = churn.explained if task.question == "churn" else ltv.explained
    return explained(model, newest.split.fit), {
        "champion": winner,
        "decision": verdict.decision + ("" if verdict.accepted else f"; {best} serves instead"),
        "metric": METRIC[task.question],
        "value": newest.metric(winner),
        "baseline": best.removeprefix("baseline: "),
        "baseline_value": newest.metric(best),
        "contenders": {name: newest.metric(name) for name in newest.models},
        "window_means": means,
        "windows": [window.split.judge_cutoff.isoformat() for window in windows],
        "headline": newest.figures[winner],
        "deciles": deciles(judge["label"].to_numpy(), model.predict(judge)),
        "rule": RULE,
    }


def mean_metrics(windows: list[JudgedWindow]) -> dict[str, float]:
    """Each contender's metric, meaned over the windows."""
    return {
        name: round(sum(window.metric(name) for window in windows) / len(windows), 6)
        for name in windows[-1].models
    }


def best_of(means: dict[str, float]) -> float:
    """The best plain rule's mean."""
    return max(value for name, value in means.items() if name.startswith("baseline: "))


def _rival(
    settings: Settings, task: Task, newest: JudgedWindow, as_of: date, current: str | None
) -> float | None:
    """The present champion's figure on this window; None when it was trained on later days."""
    if current is None or registry.read_metrics(settings, task.name, current)["as_of"] > str(as_of):
        return None
    model = registry.load(settings, task.name, current).model
    people = newest.split.judge.drop(columns=list(EXPECTATIONS))  # its own purchase models count
    found = figures_of(task.question, model, people)
    return found["auc" if task.question == "churn" else "spearman"]
