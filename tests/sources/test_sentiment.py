"""Reviews are read at the border: the chance that they are kind lands, their words never do."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import rates
from demo.draws import Draws
from demo.review_words import words_of
from ml.evaluate import auc
from ml.sentiment_training import Texts, counts, cross_fitted, fit, is_better
from siyu.sources.words import sentiment
from siyu.sources.words.sentiment import CARD, buckets, kindness
from siyu.sources.words.word_list import balance_of_words, balances
from tests.sources.exports import Shop, csv_text


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    """Four thousand made reviews with stars, words and the planted truth."""
    ids = pd.Series([f"r{n}" for n in range(4000)])
    draws = Draws(7)
    bounds = np.cumsum(rates.REVIEW_SCORES)
    score = np.minimum(1 + np.searchsorted(bounds, draws.share(ids, "stars"), side="right"), 5)
    words, is_kind = words_of(draws, ids, score)
    table = pd.DataFrame({"score": score, "words": words, "is_kind": is_kind})
    return table[table["words"] != ""]


def test_words_of_the_demo_part_kind_from_unkind_better_than_a_word_list(
    made: pd.DataFrame,
) -> None:
    truth = made["is_kind"].to_numpy().astype(int)
    said = np.array([float(k or "nan") for k in kindness(made["words"])])
    by_list = made["words"].map(balance_of_words).to_numpy()
    assert auc(truth, said) > auc(truth, by_list) + 0.05


def test_stars_and_words_together_tell_the_truth_more_often_than_stars_alone(
    made: pd.DataFrame,
) -> None:
    """The rule of macro opinion, on the demo's mix of stars."""
    kind = np.array([float(k or "nan") for k in kindness(made["words"])])
    low = made["score"].to_numpy() <= 3
    truth = ~made["is_kind"].to_numpy()
    together = (kind <= 0.2) | (low & ~(kind >= 0.8))
    gain = (together == truth).astype(float) - (low == truth)
    assert gain.mean() > 1.96 * gain.std() / len(gain) ** 0.5


def test_the_card_in_the_repository_beats_the_plain_rules() -> None:
    assert is_better(json.loads(CARD.read_text(encoding="utf-8")))


def test_a_model_without_a_gain_is_refused() -> None:
    card = json.loads(CARD.read_text(encoding="utf-8"))
    assert not is_better(card | {"accuracy": card["accuracy_of_word_list"]})
    assert not is_better(card | {"auc": card["auc_of_word_list"]})


def test_the_training_learns_what_is_planted_and_scores_as_the_border_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"{'很好' if n % 2 else '很差'}第{n}件" for n in range(600)]
    given_texts = Texts(texts, np.arange(600) % 2, np.arange(600) // 2 % 10)
    weights, intercept, said = fit(given_texts)
    assert said["accuracy"] > 0.95
    monkeypatch.setattr(sentiment, "_model", lambda: (weights.astype(float).tolist(), intercept))
    total = counts(texts[:20]) @ weights.astype("float64") + intercept
    wanted = 1 / (1 + np.exp(-total))
    assert [float(k or "nan") for k in kindness(texts[:20])] == pytest.approx(wanted, abs=1e-4)


def test_a_text_is_judged_by_a_model_that_has_not_seen_it() -> None:
    """Labels by chance can be learned by heart and in no other way."""
    draw = np.random.default_rng(3)
    letters = [chr(0x4E00 + n) for n in range(3000)]
    texts = ["".join(draw.choice(letters, 8)) for _ in range(1000)]
    by_chance = Texts(texts, draw.integers(0, 2, 1000), np.arange(1000) % 10)
    assert abs(auc(by_chance.is_kind, cross_fitted(by_chance)) - 0.5) < 0.08


@given(st.text(max_size=400))
def test_any_text_gives_a_chance_or_nothing(text: str) -> None:
    (said,) = kindness([text])
    assert said is None or 0.0 <= float(said) <= 1.0
    assert all(0 <= b < sentiment.BUCKETS for b in buckets(text))


def test_blanks_change_nothing_and_words_without_chinese_say_nothing() -> None:
    assert kindness(["很 好\n喜欢"]) == kindness(["很好喜欢"])
    assert kindness(["", "great", "123"]) == [None, None, None]
    assert balances(["", "great", "很好,不错"]) == [None, None, "2"]


def test_the_chance_lands_and_the_words_stand_nowhere_behind_the_border(shop: Shop) -> None:
    words = "做工太差了,用了一天就坏"
    header = ["评价编号", "平台", "订单号", "商品编码", "评分", "评价内容", "评价时间"]
    rows = [
        ["V1", "jd", "1", "s1", "5", words, "2026-08-01 10:00:00"],
        ["V2", "jd", "2", "s1", "5", "", "2026-08-01 10:00:00"],
        ["V3", "jd", "3", "s1", "?", words, "2026-08-01 10:00:00"],
    ]
    shop.drop("product_reviews_20260802000000.csv", csv_text(header, rows))
    result = shop.ingest()
    assert [(f.rows_in, f.rows_landed) for f in result.files] == [(3, 2)]
    assert shop.rows("product_review", "review_no, words, word_balance") == [
        ("V1", kindness([words])[0], "-2"),
        ("V2", None, None),
    ]
    assert len(shop.refused()) == 1
    assert words not in str(shop.refused("*"))
