"""Recommendations: the best of three learners, judged on baskets that came after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ml.action.baskets import Baskets, baskets_before, new_purchases, read_purchases
from ml.action.outcome import Outcome, Verdict, is_sure, say, untried
from ml.action.recommenders import BASELINES, LEARNERS

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

ASSET, METRIC = "recommendation", "recall@20"
TOP, SHOWN = 20, 10
JUDGE_DAYS = 28
MIN_PEOPLE = 50
_CHUNK = 2000


def train_recommendation(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """Ten new products for every buyer of known products.

    The learner is chosen on the four weeks before the last four, judged on the last four beside
    both popularity rules (the other learners are only shown), and then fitted on everything known
    by as_of.
    """
    purchases = read_purchases(con, as_of)
    judged_from = as_of - timedelta(days=JUDGE_DAYS - 1)
    chosen_from = judged_from - timedelta(days=JUDGE_DAYS)
    if purchases.empty or min(purchases["ordered_on"]) >= chosen_from:
        return untried(ASSET, METRIC, "too little history for a held-out window")
    inner = _contest(purchases, chosen_from, LEARNERS)
    method = max(sorted(LEARNERS), key=lambda name: float(inner[name][0].mean()))
    found = _contest(purchases, judged_from, {**BASELINES, **LEARNERS})
    people = len(found[method][0])
    if min(people, len(inner[method][0])) < MIN_PEOPLE:
        return untried(ASSET, METRIC, f"{people} people bought something new, {MIN_PEOPLE} needed")
    recall = {name: float(figures[0].mean()) for name, figures in found.items()}
    ndcg = {name: float(figures[1].mean()) for name, figures in found.items()}
    baseline = max(sorted(BASELINES), key=recall.__getitem__)
    gap = found[method][0] - found[baseline][0]
    error = float(gap.std(ddof=1)) / people**0.5
    is_won = is_sure(float(gap.mean()), error) and ndcg[method] > max(
        ndcg[name] for name in BASELINES
    )
    figures = {f"recall@20 {n}": v for n, v in recall.items()}
    figures |= {f"NDCG@20 {n}": v for n, v in ndcg.items()}
    figures |= {f"choice, recall@20 {n}": float(f[0].mean()) for n, f in inner.items()}
    verdict = Verdict(
        ASSET, is_won, METRIC, method, recall[method], baseline, recall[baseline],
        say(is_won, METRIC, recall[method], baseline, recall[baseline], error), people,
        {name: round(value, 6) for name, value in figures.items()},
    )  # fmt: skip
    return Outcome(verdict, _rows(purchases, method, as_of) if is_won else None)


def _contest(
    purchases: pd.DataFrame, cutoff: date, methods: dict[str, Callable]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Recall and NDCG of every person who bought something new, for each method."""
    import numpy as np

    before = baskets_before(purchases, cutoff)
    truth = new_purchases(purchases, before, cutoff, cutoff + timedelta(days=JUDGE_DAYS - 1))
    who = np.flatnonzero(np.asarray(truth.sum(axis=1)).ravel() > 0)
    found = {}
    for name, learn in methods.items():
        best = [top for _, top, _ in _best(before, learn(before), who, TOP)]
        top = np.vstack(best) if best else np.zeros((0, TOP), dtype="int64")
        found[name] = rank_figures(top, truth[who])
    return found


def rank_figures(top: np.ndarray, truth: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Recall and NDCG of each row of `top` (column numbers, best first) against the truth's ones."""
    import numpy as np

    size = np.asarray(truth.sum(axis=1)).ravel()
    hits = np.take_along_axis(truth.toarray() > 0, top, axis=1) if len(top) else np.zeros(top.shape)
    weight = 1.0 / np.log2(np.arange(2, top.shape[1] + 2))
    ideal = np.concatenate([[0.0], np.cumsum(weight)])[np.minimum(size, top.shape[1]).astype(int)]
    return hits.sum(axis=1) / size, (hits * weight).sum(axis=1) / ideal


def _best(
    baskets: Baskets, scorer: Callable, rows: np.ndarray, top: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Chunks of (rows, best new products, their scores); equal scores go by product id."""
    import numpy as np

    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        score = np.array(scorer(chunk), dtype="float64").round(9)
        score[baskets.bought[chunk].toarray() > 0] = -np.inf
        order = np.argsort(-score, axis=1, kind="stable")[:, :top]
        yield chunk, order, np.take_along_axis(score, order, axis=1)


def _rows(purchases: pd.DataFrame, method: str, as_of: date) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    now = baskets_before(purchases, as_of + timedelta(days=1))
    parts = []
    for chunk, top, score in _best(now, LEARNERS[method](now), np.arange(len(now.people)), SHOWN):
        parts.append(
            pd.DataFrame(
                {
                    "person_id": np.repeat(now.people.to_numpy()[chunk], top.shape[1]),
                    "rank": np.tile(np.arange(1, top.shape[1] + 1), len(chunk)),
                    "product_id": now.products.to_numpy()[top.ravel()],
                    "score": score.ravel().round(6),
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[np.isfinite(rows["score"]) & (rows["score"] > 0)]
    return rows.assign(method=method, as_of_on=as_of)
