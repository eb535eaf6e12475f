"""How well ours find the people whom a mail moves, beside a public library, on the same ten splits.

    python -m bench.uplift

Data: half of Hillstrom's e-mail experiment (women's mail, visits) where it lies beside the checkout or
in SIYU_REFERENCE_DATA, otherwise a made trial of known effect. The alternative is scikit-uplift (the
`bench` extra) with the same base models; its own Qini is also taken on our scores, and must agree.
Prints a table and, as its last line, one JSON object: name, ratios, limits, ok, machine.
"""

from __future__ import annotations

import os
import resource
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bench.verdict import report
from ml.action.qini import qini_coefficient
from ml.action.resample import mean_and_error, splits
from ml.action.uplift_learners import BLEND, PLAIN, said_by_all

LIMITS = {"public_qini_to_ours": 1.0, "qini_gap": 1e-9}
ROOT = Path(__file__).resolve().parent.parent


def trial() -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    """Name, features, outcome, treatment."""
    for place in (os.environ.get("SIYU_REFERENCE_DATA", ""), str(ROOT.parent / "shared" / "data")):
        path = Path(place) / "hillstrom" / "hillstrom_half_a.parquet"
        if place and path.exists():
            rows = pd.read_parquet(path)
            rows = rows[rows["segment"] != "Mens E-Mail"]
            columns = ["recency", "history", "mens", "womens", "newbie", "zip_code", "channel"]
            x = pd.get_dummies(rows[columns]).astype(float)
            x["history"] = np.log(x["history"])
            t = (rows["segment"] == "Womens E-Mail").to_numpy().astype(int)
            return "Hillstrom, women's mail", x.to_numpy(), rows["visit"].to_numpy(), t
    draw = np.random.default_rng(3)
    x = draw.normal(size=(20000, 6))
    t = draw.integers(0, 2, len(x))
    chance = 0.2 + 0.1 * (x[:, 1] > 0) + 0.08 * t * (x[:, 0] > 0)
    return "made trial", x, (draw.random(len(x)) < chance).astype(int), t


def public_learners() -> dict[str, Callable]:
    """scikit-uplift's models as functions of (x, y, t, new)."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklift.models import ClassTransformation, SoloModel, TwoModels

    def logistic() -> object:
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))

    def boosted() -> object:
        return HistGradientBoostingClassifier(
            max_iter=60, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=200, random_state=0
        )

    def learner(make: Callable) -> Callable:
        def said(x, y, t, new):  # type: ignore[no-untyped-def]
            model = make()
            model.fit(named(x), pd.Series(y), pd.Series(t))
            return model.predict(named(new))

        return said

    return {
        "class transform, logistic": learner(lambda: ClassTransformation(logistic())),
        "class transform, boosted": learner(lambda: ClassTransformation(boosted())),
        "two models, logistic": learner(lambda: TwoModels(logistic(), logistic())),
        "two models, boosted": learner(lambda: TwoModels(boosted(), boosted())),
        "dependent models, boosted": learner(
            lambda: TwoModels(boosted(), boosted(), method="ddr_control")
        ),
        "solo model, boosted": learner(lambda: SoloModel(boosted())),
    }


def named(x: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(x, columns=[f"f{n}" for n in range(x.shape[1])])


def main() -> None:
    from sklift.metrics import qini_auc_score

    name, x, y, t = trial()
    public = public_learners()
    qini: dict[str, list[float]] = {}
    seconds: dict[str, float] = {}
    gap = 0.0
    for fit, judge in splits(t * 2 + y):
        began = time.perf_counter()
        said = {f"Siyu: {k}": v for k, v in said_by_all(x[fit], y[fit], t[fit], x[judge]).items()}
        seconds["Siyu"] = seconds.get("Siyu", 0.0) + time.perf_counter() - began
        for label, learn in public.items():
            said[f"scikit-uplift: {label}"] = learn(x[fit], y[fit], t[fit], x[judge])
        for label, uplift in said.items():
            ours = qini_coefficient(y[judge], uplift, t[judge])
            gap = max(gap, abs(ours - qini_auc_score(y[judge], uplift, t[judge])))
            qini.setdefault(label, []).append(ours)
    print(f"{name}: {len(y):,} people, Qini over {len(next(iter(qini.values())))} splits")
    for label, figures in sorted(qini.items(), key=lambda kept: -np.mean(kept[1])):
        mean, error = mean_and_error(np.array(figures))
        print(f"{label:44} {mean:8.4f} +- {error:.4f}")
    print(f"Siyu's four fits on ten splits: {seconds['Siyu']:.1f} s")
    ours = float(np.mean(qini[f"Siyu: {BLEND}"]))
    best = max(float(np.mean(v)) for k, v in qini.items() if k.startswith("scikit-uplift"))
    ratios = {
        "public_qini_to_ours": round(best / ours, 4),
        "qini_gap": gap,
        "plain_rule_qini_to_ours": round(float(np.mean(qini[f"Siyu: {PLAIN}"])) / ours, 4),
    }
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    report("uplift", ratios, LIMITS)


if __name__ == "__main__":
    warnings.simplefilter("ignore", FutureWarning)  # scikit-uplift calls what scikit-learn retires
    with threadpool_limits(1):
        main()
