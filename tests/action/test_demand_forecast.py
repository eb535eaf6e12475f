"""Weekly demand: quantiles of the past that fade, judged beside naive rules on weeks to come."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from ml.action.demand_forecast import naive_quantiles, train_demand_forecast, weighted_quantiles

AS_OF = date(2026, 8, 17)


def _shop(weekly: np.ndarray) -> duckdb.DuckDBPyConnection:
    """One line a product and week, products x weeks, the newest week last."""
    rows = [
        (f"s{product:03d}", AS_OF - timedelta(days=7 * ago + 3), int(weekly[product, -1 - ago]))
        for product in range(weekly.shape[0])
        for ago in range(weekly.shape[1])
        if weekly[product, -1 - ago] > 0
    ]
    con = duckdb.connect()
    con.execute("create schema core")
    con.register("made", pd.DataFrame(rows, columns=["product_id", "ordered_on", "quantity"]))
    con.execute(
        "create table core.fct_order_line as select product_id, cast(ordered_on as date) as ordered_on,"
        " quantity, 1.00 as paid_cny from made"
    )
    return con


def test_noise_around_a_level_is_forecast_better_than_by_the_last_week() -> None:
    weekly = np.random.default_rng(4).poisson(20, (80, 40))
    outcome = train_demand_forecast(_shop(weekly), AS_OF)
    assert outcome.verdict.is_published, outcome.verdict.reason
    assert outcome.rows is not None
    assert len(outcome.rows) == 80 * 4
    assert abs(outcome.rows["quantity_p50"].mean() - 20) < 1.5
    assert (outcome.rows["quantity_p10"] <= outcome.rows["quantity_p90"]).all()
    assert outcome.rows["week_on"].min() == AS_OF + timedelta(days=1)
    assert 0.7 < outcome.verdict.figures["weeks inside the 10-90 % interval"] < 0.95


def test_a_season_that_repeats_is_left_to_the_naive_rule() -> None:
    draw = np.random.default_rng(4)
    weekly = np.tile(draw.integers(1, 60, (80, 4)), (1, 10))
    outcome = train_demand_forecast(_shop(weekly), AS_OF)
    assert outcome.rows is None
    assert outcome.verdict.baseline == "seasonal naive (4 weeks)"


def test_the_judged_weeks_choose_nothing() -> None:
    weekly = np.random.default_rng(4).poisson(20, (80, 40)) + 1
    later = weekly.copy()
    later[:, -4:] *= 3
    ours, theirs = (train_demand_forecast(_shop(w), AS_OF).verdict for w in (weekly, later))
    assert ours.judged_rows == theirs.judged_rows
    assert ours.figures["half life, weeks"] == theirs.figures["half life, weeks"]


def test_quantiles_are_those_drawn_by_hand() -> None:
    said = weighted_quantiles(np.array([[4.0, 1.0, 3.0, 2.0]]), half_life=1e9)
    assert said[0, :, 0].tolist() == [1.0, 2.0, 4.0]
    naive = naive_quantiles(np.array([[5.0, 6.0, 7.0, 8.0, 9.0]]), season=1)
    assert naive[0, :, 0].tolist() == [10.0, 9.0, 10.0]
