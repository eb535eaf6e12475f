"""The span of a value keeps its promise where the truth is known, and sees no later window."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from ml.baselines import fit_baselines
from ml.features import read_frame
from ml.interval import coverage, fit_spans
from ml.labels import read_labels
from ml.ltv import fit_ltv
from ml.split import rolling
from siyu.settings import Settings
from siyu.warehouse import connect


def drawn(seed: int, people: int, nothing: float) -> tuple[np.ndarray, np.ndarray]:
    """Ranks and amounts: nothing at the given chance, else lognormal, rising with the rank."""
    draws = np.random.default_rng(seed)
    rank = draws.normal(size=people)
    amount = np.exp(4 + rank + 0.8 * draws.normal(size=people))
    return rank, np.where(draws.random(people) < nothing, 0.0, amount)


def test_where_everybody_pays_four_in_five_fall_within() -> None:
    rank, paid = drawn(2, 40_000, 0.0)
    found = coverage(paid, fit_spans(*drawn(1, 4000, 0.0)).at(rank))
    assert found["due_within"] == pytest.approx(0.8)
    assert found["within_p10_p90"] == pytest.approx(0.8, abs=0.02)
    assert found["below_p10"] == pytest.approx(0.1, abs=0.015)
    assert found["above_p90"] == pytest.approx(0.1, abs=0.015)


@pytest.mark.parametrize("nothing", [0.2, 0.5, 0.8])
def test_where_many_pay_nothing_the_upper_tail_still_holds_a_tenth(nothing: float) -> None:
    rank, paid = drawn(4, 40_000, nothing)
    found = coverage(paid, fit_spans(*drawn(3, 4000, nothing)).at(rank))
    assert found["below_p10"] == 0
    assert found["above_p90"] == pytest.approx(0.1, abs=0.015)
    assert found["within_p10_p90"] == pytest.approx(found["due_within"], abs=0.02)


def test_small_groups_promise_no_less_than_large_ones() -> None:
    """A plain sample quantile of thirty amounts leaves a person too many above it."""
    above, plain = [], []
    for seed in range(400):
        (_, old), (_, new) = drawn(seed, 30, 0.3), drawn(10_000 + seed, 200, 0.3)
        level = np.zeros(len(old)), np.zeros(len(new))
        above.append(coverage(new, fit_spans(level[0], old).at(level[1]))["above_p90"])
        plain.append(float((new > np.quantile(old, 0.9)).mean()))
    assert np.mean(above) == pytest.approx(0.1, abs=0.01)
    assert np.mean(plain) > np.mean(above) + 0.01


def test_spans_follow_a_base_that_ages_and_learn_nothing_from_the_judged_window(
    built: Settings, as_of: date
) -> None:
    days = 90
    with connect(built, read_only=True) as con:
        history = read_frame(con, "person_features_history")
        frame = history.merge(read_labels(con, "ltv", days), on=["person_id", "as_of_on"])
    split = rolling(frame, as_of, days)[-1]
    assert max(split.fit_cutoffs) + timedelta(days=days) <= split.judge_cutoff
    model = fit_ltv("two-part", split.fit, 1, fit_baselines(split.fit, days))
    judge, paid = split.judge, split.judge["label"].to_numpy()
    said, spans = model.predict_with_spans(judge)
    unseen = model.predict_with_spans(judge.drop(columns="label"))
    assert np.array_equal(said, unseen[0]) and np.array_equal(spans, unseen[1])
    assert model.curve is not None and model.spans is not None
    rank = model.rank(judge)
    share = said.sum() / model.curve.at(rank).sum()
    assert share < 0.9, "these buyers grew older than those learnt from"
    still = coverage(paid, model.spans.at(rank))["above_p90"]
    assert abs(coverage(paid, spans)["above_p90"] - 0.1) < abs(still - 0.1)
