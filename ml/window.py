"""One held-out window: every contender fitted on the same rows and judged on the same people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ml import churn, evaluate, ltv
from ml.baselines import fit_baselines
from ml.horizons import Task
from ml.interval import coverage
from ml.split import Split

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

METRIC = {"churn": "AUC", "ltv": "Spearman"}
CHALLENGER = "blend"


@dataclass(frozen=True)
class JudgedWindow:
    """The contenders of one window by name, and the figures of each."""

    split: Split
    models: dict[str, Any]
    figures: dict[str, dict[str, float]]

    def metric(self, name: str) -> float:
        """The figure that ranks contenders: AUC for churn, Spearman for value."""
        return self.figures[name]["auc" if "auc" in self.figures[name] else "spearman"]

    @property
    def baselines(self) -> list[str]:
        return [name for name in self.models if name.startswith("baseline: ")]

    @property
    def best_baseline(self) -> str:
        return max(self.baselines, key=self.metric)


def judge_window(task: Task, split: Split, seed: int) -> JudgedWindow:
    """Fits the model, the parts it is blended of and every plain rule, and judges them all."""
    rules = fit_baselines(split.fit, task.days)
    split = replace(split, fit=rules.extend(split.fit), judge=rules.extend(split.judge))
    if task.question == "churn":
        kinds = [*churn.KINDS, *churn.baseline_kinds()]
        models: dict[str, Any] = {k: churn.fit_churn(k, split.fit, seed, rules) for k in kinds}
    else:
        kinds = [*ltv.KINDS, *ltv.baseline_kinds()]
        models = {k: ltv.fit_ltv(k, split.fit, seed, rules) for k in kinds}
    figures = {
        name: figures_of(task.question, model, split.judge) for name, model in models.items()
    }
    return JudgedWindow(split, models, figures)


def figures_of(question: str, model: Any, frame: pd.DataFrame) -> dict[str, float]:
    """Every figure of one model on labelled people."""
    actual = frame["label"].to_numpy()
    if question == "churn":
        risk, said = model.risk(frame), model.predict(frame)
        found = {
            "auc": evaluate.auc(actual, risk),
            "ece": evaluate.ece(actual, said),
            "brier": evaluate.brier(actual, said),
            "normalised_gini": evaluate.normalised_gini(actual, risk),
            "top_tenth_lift": evaluate.top_share(actual, risk) * 10,
            "total_ratio": evaluate.total_ratio(actual, said),
            "churned_share": float(actual.mean()),
            "predicted_share": float(said.mean()),
        }
    else:
        rank = model.rank(frame)
        said, spans = model.predict_with_spans(frame)
        found = {
            "spearman": evaluate.spearman(actual, rank),
            "normalised_gini": evaluate.normalised_gini(actual.clip(min=0), rank),
            "total_ratio": evaluate.total_ratio(actual, said),
            "mae": evaluate.mae(actual, said),
            "top_tenth_share": evaluate.top_share(actual, rank),
            **coverage(actual, spans),
        }
    return {key: round(value, 6) for key, value in found.items()}


def deciles(actual: np.ndarray, said: np.ndarray) -> list[dict[str, float]]:
    """Ten equal groups, highest prediction first: what was promised, what came, what it gathered.

    `gain` is the share of all that came from this tenth and those above it, `lift` this tenth's mean
    over everybody's.
    """
    import numpy as np

    order = np.argsort(-said, kind="stable")
    total, mean = float(actual.sum()), float(actual.mean())
    rows, gathered = [], 0.0
    for place, part in enumerate(np.array_split(order, 10)):
        if not len(part):
            continue
        gathered += float(actual[part].sum())
        came = float(actual[part].mean())
        rows.append({
            "decile": 10 - place,
            "people": len(part),
            "predicted": round(float(said[part].mean()), 6),
            "actual": round(came, 6),
            "lift": round(came / mean, 4) if mean else 0.0,
            "gain": round(gathered / total, 6) if total else 0.0,
        })  # fmt: skip
    return rows
