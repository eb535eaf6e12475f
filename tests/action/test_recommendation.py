"""Recommendations and cross-sell rules: right figures, and silence where popularity is as good."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from ml.action.baskets import baskets_before, read_purchases
from ml.action.cross_sell import find_rules, train_cross_sell
from ml.action.recommendation import rank_figures, train_recommendation
from ml.action.recommenders import LEARNERS
from tests.action.shop import AS_OF, PRODUCTS_OF_A_TASTE, shop_of


@pytest.fixture(scope="module")
def tasteful() -> duckdb.DuckDBPyConnection:
    return shop_of(240, has_taste=True)


def test_recall_and_ndcg_are_those_of_the_formula() -> None:
    truth = sp.csr_matrix(np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]))
    recall, ndcg = rank_figures(np.array([[0, 2, 1], [0, 1, 2]]), truth)
    assert recall.tolist() == [1.0, 0.0]
    assert ndcg[0] == pytest.approx((1 + 1 / 2) / (1 + 1 / np.log2(3)))
    assert ndcg[1] == 0.0


def test_taste_is_found_and_nothing_bought_is_shown_again(
    tasteful: duckdb.DuckDBPyConnection,
) -> None:
    outcome = train_recommendation(tasteful, AS_OF)
    assert outcome.verdict.is_published, outcome.verdict.reason
    assert outcome.rows is not None
    person = outcome.rows["person_id"].str[1:].astype(int)
    product = outcome.rows["product_id"].str[1:].astype(int)
    assert (person % 6 == product // PRODUCTS_OF_A_TASTE).mean() > 0.8
    bought = read_purchases(tasteful, AS_OF)[["person_id", "product_id"]]
    assert outcome.rows.merge(bought, on=["person_id", "product_id"]).empty
    assert outcome.rows.groupby("person_id")["rank"].max().max() == 10


def test_without_taste_nothing_is_published() -> None:
    outcome = train_recommendation(shop_of(240, has_taste=False), AS_OF)
    assert not outcome.verdict.is_published
    assert outcome.rows is None
    assert outcome.verdict.reason.startswith("not published: recall@20")


def test_too_few_people_say_so() -> None:
    outcome = train_recommendation(shop_of(20, has_taste=True), AS_OF)
    assert outcome.rows is None
    assert "needed" in outcome.verdict.reason


@pytest.mark.parametrize("name", sorted(LEARNERS))
def test_no_learner_sees_the_day_of_the_cutoff_or_later(
    name: str, tasteful: duckdb.DuckDBPyConnection
) -> None:
    cutoff = AS_OF - timedelta(days=30)
    purchases = read_purchases(tasteful, AS_OF)
    known = baskets_before(purchases, cutoff)
    planted = pd.concat(
        [purchases, pd.DataFrame({"person_id": known.people, "product_id": known.products[0],
                                  "ordered_on": cutoff})]
    )  # fmt: skip
    rows = np.arange(5)
    again = LEARNERS[name](baskets_before(planted, cutoff))(rows)
    assert np.array_equal(again, LEARNERS[name](known)(rows))


def test_rules_hold_their_floors_and_their_figures() -> None:
    pairs = [("a", "b")] * 40 + [("a", "c")] * 10 + [("d", "e")] * 30 + [("f", "g")] * 15
    lines = pd.DataFrame(
        [(n, product) for n, pair in enumerate(pairs) for product in pair],
        columns=["order_key", "product_id"],
    )
    rules = find_rules(lines).set_index(["product_id", "other_product_id"])
    # f with g keeps company always, but in too few baskets; a with b has too little lift.
    assert sorted(rules.index) == [("d", "e"), ("e", "d")]
    found = rules.loc[("d", "e")]
    assert found["basket_count"] == 30
    assert found["support"] == pytest.approx(30 / 95, abs=1e-6)
    assert found["confidence"] == 1.0
    assert found["lift"] == pytest.approx(95 / 30, abs=1e-6)


def test_rules_of_chance_are_not_published(tasteful: duckdb.DuckDBPyConnection) -> None:
    assert not train_cross_sell(shop_of(240, has_taste=False), AS_OF).verdict.is_published
