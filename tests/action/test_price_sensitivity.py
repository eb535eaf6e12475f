"""Who waits for a low price: a person's own habit where it shows, the category's where it does not."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from ml.action.price_sensitivity import plain_shares, shares_before, train_price_sensitivity

AS_OF = date(2026, 8, 17)


def _lines(has_habit: bool) -> pd.DataFrame:
    """Ninety people, two categories, four lines a week; a third waits for offers in tea alone."""
    draw = np.random.default_rng(5)
    rows = []
    for person in range(90):
        for n in range(104):
            category = "tea" if draw.random() < 0.5 else "cups"
            waits = has_habit and person % 3 == 0 and category == "tea"
            is_low = draw.random() < (0.8 if waits else 0.2)
            day = AS_OF - timedelta(days=int(n * 1.75))
            item = f"{category}{draw.integers(0, 5)}"
            rows.append((f"p{person:02d}", item, category, day, 8.0 if is_low else 10.0))
    return pd.DataFrame(
        rows, columns=["person_id", "product_id", "category", "ordered_on", "price"]
    )


def _shop(lines: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema core")
    con.register("made", lines)
    con.execute(
        "create table core.fct_order_line as select person_id, product_id, cast(ordered_on as date)"
        " as ordered_on, price as price_cny, price as paid_cny from made"
    )
    con.execute("create table core.dim_product as select distinct product_id, category from made")
    return con


def test_a_habit_in_one_category_is_found_there_and_not_in_the_other() -> None:
    outcome = train_price_sensitivity(_shop(_lines(has_habit=True)), AS_OF)
    assert outcome.verdict.is_published, outcome.verdict.reason
    rows = outcome.rows
    assert rows is not None
    waits = (rows["person_id"].str[1:].astype(int) % 3 == 0) & (rows["category"] == "tea")
    assert rows.loc[waits, "low_price_share"].min() > rows.loc[~waits, "low_price_share"].max()
    assert not rows.duplicated(["person_id", "category"]).any()


def test_habits_of_chance_are_not_published_and_the_reason_names_the_rule() -> None:
    outcome = train_price_sensitivity(_shop(_lines(has_habit=False)), AS_OF)
    assert outcome.rows is None
    assert outcome.verdict.reason.startswith("not published: log-likelihood")
    assert outcome.verdict.baseline in plain_shares(shares_before(_lines(False), AS_OF)[0])


def test_the_share_is_the_rule_written_down() -> None:
    """Two of four lines low, usual price the median 10; all weight on own counts, or on the rest."""
    day = AS_OF - timedelta(days=9)
    prices = [10.0, 10.0, 10.0, 9.4, 9.6, 9.4]
    who = ["a", "a", "a", "a", "b", "b"]
    lines = pd.DataFrame(
        {"person_id": who, "product_id": "s", "category": "tea", "ordered_on": day, "price": prices}
    )
    shares, usual = shares_before(lines, AS_OF)
    assert usual["s"] == pytest.approx(9.8)  # 9.31 and below is low: nobody
    assert shares.of_all == 0.0
    lines.loc[lines["price"] == 9.4, "price"] = 9.0
    shares, _ = shares_before(lines, AS_OF)
    assert shares.pairs["low"].tolist() == [1, 1]
    category = (2 + 1 / 3) / 7
    assert shares.pairs["category_share"].tolist() == pytest.approx([category] * 2)
    own = shares.estimate(1e9, 1e-9)
    assert own.tolist() == pytest.approx([0.25, 0.5])
    assert shares.estimate(1e9, 1e9).tolist() == pytest.approx([category] * 2, rel=1e-6)


def test_nothing_bought_on_the_cutoff_or_after_is_seen() -> None:
    lines = _lines(has_habit=True)
    cutoff = AS_OF - timedelta(days=27)
    told = shares_before(lines, cutoff)[0].pairs
    planted = lines.assign(price=lines["price"].where(lines["ordered_on"] < cutoff, 0.01))
    assert shares_before(planted, cutoff)[0].pairs.equals(told)


def test_a_young_shop_is_told_why_nothing_is_tried() -> None:
    lines = _lines(has_habit=True)
    young = lines[lines["ordered_on"] > AS_OF - timedelta(days=30)]
    outcome = train_price_sensitivity(_shop(young), AS_OF)
    assert outcome.rows is None and "too little history" in outcome.verdict.reason
