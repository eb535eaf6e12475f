"""The contest: a challenger, the plain rules and the present champion on one held-out window."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

from ml import churn, evaluate, gate, ltv, registry
from ml.baselines import fit_baselines
from ml.config import ModelsConfig
from ml.split import Split
from siyu.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

METRIC = {"churn": "AUC", "ltv": "Spearman"}


def contest(
    settings: Settings,
    config: ModelsConfig,
    name: str,
    split: Split,
    as_of: date,
    current: str | None,
) -> tuple[Any, dict[str, Any]]:
    """The model to serve (None: leave the present one) and its figures."""
    days, seed = config.horizon_of(name), _seed(config.seed)
    actual = split.judge["label"].to_numpy()
    rules = fit_baselines(split.fit, days)
    if name == "churn":
        kind, choices = churn.choose_churn(split.fit, days, seed)
        challenger: Any = churn.fit_churn(kind, split.fit, seed, rules)
        plain: dict[str, Any] = {
            rule: churn.fit_churn(rule, split.fit, seed, rules) for rule in churn.baseline_kinds()
        }
    else:
        kind, weight, choices = ltv.choose_ltv(split.fit, days, seed)
        challenger = ltv.fit_ltv(kind, split.fit, seed, rules, weight)
        plain = {rule: ltv.fit_ltv(rule, split.fit, seed, rules) for rule in ltv.baseline_kinds()}
    shown = {rule: _metric(name, actual, model, split.judge) for rule, model in plain.items()}
    best = max(shown, key=lambda rule: shown[rule])
    seen = _headline(name, actual, challenger.predict(split.judge))
    value = _metric(name, actual, challenger, split.judge)
    rival = _rival(settings, name, split, as_of, current)
    if name == "churn":
        figures = gate.Figures(value, ece=seen["ece"])
        verdict = gate.judge_churn(figures, (best, shown[best]), rival, config.churn)
    else:
        figures = gate.Figures(value, total_ratio=seen["total_ratio"])
        verdict = gate.judge_ltv(figures, (best, shown[best]), rival, config.ltv)
    if verdict.keep_current:
        return None, {"decision": verdict.decision}
    winner = challenger if verdict.accepted else plain[best]
    return winner, {
        "champion": winner.champion,
        "decision": verdict.decision + ("" if verdict.accepted else f"; {best} serves instead"),
        "metric": METRIC[name],
        "value": round(_metric(name, actual, winner, split.judge), 6),
        "baseline": best.removeprefix("baseline: "),
        "baseline_value": round(shown[best], 6),
        "contenders": {kind: round(value, 6), **{k: round(v, 6) for k, v in shown.items()}},
        "choices": {k: round(v, 6) for k, v in choices.items()},
        "headline": _headline(name, actual, winner.predict(split.judge)),
    }


def _rival(
    settings: Settings, name: str, split: Split, as_of: date, current: str | None
) -> float | None:
    """The present champion's figure on this window; None when it was trained on later days."""
    if current is None or registry.read_metrics(settings, name, current)["as_of"] > str(as_of):
        return None
    model = registry.load(settings, name, current).model
    return _metric(name, split.judge["label"].to_numpy(), model, split.judge)


def _metric(name: str, actual: np.ndarray, model: Any, frame: pd.DataFrame) -> float:
    if name == "churn":
        return evaluate.auc(actual, model.risk(frame))
    return evaluate.spearman(actual, model.rank(frame))


def _headline(name: str, actual: np.ndarray, said: np.ndarray) -> dict[str, float]:
    if name == "churn":
        found = {
            "auc": evaluate.auc(actual, said),
            "ece": evaluate.ece(actual, said),
            "brier": evaluate.brier(actual, said),
            "churned_share": float(actual.mean()),
            "predicted_share": float(said.mean()),
        }
    else:
        found = {
            "spearman": evaluate.spearman(actual, said),
            "total_ratio": evaluate.total_ratio(actual, said),
            "top_tenth_share": evaluate.top_share(actual, said),
        }
    return {key: round(value, 6) for key, value in found.items()}


def _seed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
