"""Ways to the 10-90 % span of a value, on the same windows: how much falls outside, how wide they are.

Shown by `make bench BENCH=windows`. Beside Siyu's stand plain quantiles, quantile regression by
gradient boosting, and its conformalised form (Romano, Patterson & Candes 2019) with both tails
calibrated apart, on people that its model had not seen. All learn from the same closed windows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml import ltv
from ml.baselines import fit_baselines
from ml.features import ALL_COLUMNS, matrix
from ml.interval import coverage, fit_spans
from ml.reasons import fit_standard
from ml.split import Split, halves

SIYU = "conformal, alike people, with the total (Siyu)"
CQR = "quantile regression, conformalised"
TAIL = 0.1
SHOWN = (
    "below_p10",
    "below_if_p10_above_0",
    "above_p90",
    "within_p10_p90",
    "due_within",
    "mean_width_cny",
    "interval_score",
)


def spans_of(split: Split, days: int, seed: int) -> dict[str, np.ndarray]:
    """Each way's p10, p50 and p90 of the judged people, as three rows."""
    rules = fit_baselines(split.fit, days)
    fit, judge = rules.extend(split.fit), rules.extend(split.judge)
    model = ltv.fit_ltv("blend", fit, seed, rules)
    said, ours = model.predict_with_spans(judge)
    rank = model.rank(judge)
    assert model.curve is not None and model.spans is not None
    share = float(said.sum()) / float(model.curve.at(rank).sum())
    plain = fit_spans(model.rank(fit), fit["label"].to_numpy()).at(rank)
    regressed, conformal = _quantile_regression(fit, judge, seed)
    return {
        SIYU: ours,
        "the same, without the total": model.spans.at(rank),
        "plain quantiles of alike people": plain,
        "quantile regression": regressed,
        CQR: conformal,
        "the same, with the total": conformal * share,
    }


def figures_of(paid: np.ndarray, spans: np.ndarray) -> dict[str, float]:
    """Coverage, mean width and the interval score of 80 % (Gneiting & Raftery 2007, eq. 43)."""
    low, _, high = spans
    missed = np.maximum(low - paid, 0) + np.maximum(paid - high, 0)
    promised = low > 0
    return {
        **coverage(paid, spans),
        "below_if_p10_above_0": float((paid < low)[promised].mean()) if promised.any() else 0.0,
        "mean_width_cny": float((high - low).mean()),
        "interval_score": float((high - low + missed / TAIL).mean()),
    }


def compare(splits: list[Split], days: int, seed: int) -> dict[str, dict[str, float]]:
    """Prints every window's table; gives each way's figures, meaned over the windows."""
    kept: dict[str, list[dict[str, float]]] = {}
    for split in splits:
        paid = split.judge["label"].to_numpy()
        print(f"\nspans of {days} days from {split.judge_cutoff}, {len(paid):,} people")
        print(f"{'':48}" + "".join(f"{name:>22}" for name in SHOWN))
        for name, spans in spans_of(split, days, seed).items():
            found = figures_of(paid, spans)
            kept.setdefault(name, []).append(found)
            print(f"{name:48}" + "".join(f"{found[one]:22,.3f}" for one in SHOWN))
    return {
        name: {one: float(np.mean([row[one] for row in rows])) for one in SHOWN}
        for name, rows in kept.items()
    }


def _quantile_regression(
    fit: pd.DataFrame, judge: pd.DataFrame, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Plain and conformalised, on the log of the amount: quantiles keep their place under a log."""
    said = _quantiles(fit, judge, seed)
    short, over = [], []
    for part in halves(fit):
        low, _, high = _quantiles(part.fit, part.judge, seed)
        paid = _log(part.judge)
        short.append(low - paid)
        over.append(paid - high)
    moved = said.copy()
    moved[0] -= _conformal(np.concatenate(short))
    moved[2] += _conformal(np.concatenate(over))
    return tuple(np.expm1(np.maximum.accumulate(np.maximum(q, 0.0), axis=0)) for q in (said, moved))


def _conformal(scores: np.ndarray) -> float:
    """What nine in ten of them and one more person stay below."""
    level = min((1 - TAIL) * (1 + 1 / len(scores)), 1.0)
    return float(np.quantile(scores, level, method="higher"))


def _quantiles(fit: pd.DataFrame, new: pd.DataFrame, seed: int) -> np.ndarray:
    columns = _columns(fit)
    standard = fit_standard(columns)
    rows, wanted = standard.apply(columns), standard.apply(_columns(new))
    return np.array([
        _booster(rows, _log(fit), level, seed).predict(wanted, num_threads=1)
        for level in (TAIL, 0.5, 1 - TAIL)
    ])  # fmt: skip


def _columns(frame: pd.DataFrame) -> np.ndarray:
    expected = {name: frame[name].to_numpy() for name in ALL_COLUMNS if name.startswith("expected")}
    return matrix(frame, expected, ALL_COLUMNS)


def _booster(rows: np.ndarray, paid: np.ndarray, level: float, seed: int) -> Any:
    import lightgbm as lgb

    options = {
        "objective": "quantile", "alpha": level, "num_leaves": 8, "learning_rate": 0.05,
        "min_data_in_leaf": 60, "lambda_l2": 10.0, "feature_fraction": 0.6, "bagging_fraction": 0.8,
        "bagging_freq": 1, "seed": seed, "deterministic": True, "force_row_wise": True,
        "num_threads": 1, "verbose": -1,
    }  # fmt: skip
    return lgb.train(options, lgb.Dataset(rows, paid), 80)


def _log(frame: pd.DataFrame) -> np.ndarray:
    return np.log1p(frame["label"].clip(lower=0).to_numpy())
