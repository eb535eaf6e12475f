"""The words of a brand's reviews are read where they tell more than plain rules, and only there."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from ml.action.outcome import SURE
from ml.action.review_sentiment import MAJORITY, WORD_LIST, train_review_sentiment
from ml.evaluate import auc_gain
from tests.action.shop import AS_OF


def _brand(
    good: np.ndarray, model: np.ndarray, words: np.ndarray, days_ago: int = 3
) -> duckdb.DuckDBPyConnection:
    """features.review_words of one brand: five or two stars, and what model and list say of them."""
    reviews = pd.DataFrame(
        {
            "feedback_key": [f"review:{n:05d}" for n in range(len(good))],
            "person_id": [None if n % 5 == 0 else f"p{n}" for n in range(len(good))],
            "product_id": "s1",
            "score": np.where(good, 5, 2),
            "kindness": model,
            "word_balance": words,
            "given_on": AS_OF - timedelta(days=days_ago),
        }
    )
    con = duckdb.connect()
    con.execute("create schema features")
    con.register("made", reviews)
    con.execute(
        "create table features.review_words as select * replace ("
        "cast(kindness as decimal(5, 4)) as kindness, cast(word_balance as bigint) as word_balance,"
        " cast(given_on as date) as given_on) from made"
    )
    return con


def _said(draw: np.random.Generator, good: np.ndarray, strength: float) -> np.ndarray:
    """A chance that follows the stars as strongly as told, 0 not at all."""
    return 1 / (1 + np.exp(-(draw.normal(size=len(good)) + strength * np.where(good, 1, -1))))


@pytest.mark.parametrize("share_good", [0.5, 0.9])
def test_words_that_tell_more_than_a_word_list_are_published_however_the_stars_lean(
    share_good: float,
) -> None:
    draw = np.random.default_rng(5)
    good = draw.random(1500) < share_good
    words = (_said(draw, good, 0.3) * 6 - 3).round()
    outcome = train_review_sentiment(_brand(good, _said(draw, good, 1.5), words), AS_OF)
    assert outcome.verdict.is_published and outcome.verdict.baseline == WORD_LIST
    assert outcome.rows is not None
    assert len(outcome.rows) == 1200, "reviews of nobody known name no person"
    by_side = outcome.rows.groupby("says")["kindness"].agg(["min", "max"])
    assert by_side.loc["unkind", "max"] <= 0.2 and by_side.loc["kind", "min"] >= 0.8


def test_a_model_that_says_no_more_than_the_word_list_is_not_published() -> None:
    draw = np.random.default_rng(6)
    good = draw.random(1500) < 0.8
    tells = _said(draw, good, 1.0)
    outcome = train_review_sentiment(_brand(good, tells, (tells * 1000).round()), AS_OF)
    assert not outcome.verdict.is_published and outcome.rows is None
    assert outcome.verdict.reason.startswith("not published: AUC")


def test_words_of_chance_lose_to_the_majority() -> None:
    draw = np.random.default_rng(7)
    good = draw.random(1500) < 0.8
    against = -(_said(draw, good, 0.5) * 6 - 3).round()
    outcome = train_review_sentiment(_brand(good, draw.random(1500), against), AS_OF)
    assert not outcome.verdict.is_published
    assert (outcome.verdict.baseline, outcome.verdict.baseline_value) == (MAJORITY, 0.5)


@pytest.mark.parametrize("days_ago", [-1, 365])
def test_reviews_to_come_and_those_of_more_than_a_year_judge_nothing(days_ago: int) -> None:
    draw = np.random.default_rng(8)
    good = draw.random(1500) < 0.5
    brand = _brand(good, _said(draw, good, 2.0), np.zeros(1500), days_ago)
    assert train_review_sentiment(brand, AS_OF).verdict.reason == (
        "not tried: 0 reviews with words and the rarer kind of stars, 50 needed"
    )


def test_the_gain_is_the_difference_of_both_areas_and_its_error_that_of_many_draws() -> None:
    gains, errors = [], []
    for seed in range(300):
        draw = np.random.default_rng(seed)
        good = draw.random(200) < 0.3
        one, other = _said(draw, good, 1.0), _said(draw, good, 0.6)
        gain, error = auc_gain(good.astype(int), one, other)
        assert gain == pytest.approx(roc_auc_score(good, one) - roc_auc_score(good, other))
        gains.append(gain)
        errors.append(error)
    assert np.mean(errors) == pytest.approx(np.std(gains), rel=0.1)
    outside = np.abs(np.array(gains) - np.mean(gains)) > SURE * np.array(errors)
    assert outside.mean() < 0.09
