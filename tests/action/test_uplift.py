"""Experiments and uplift: the right effect, its right error, and the right people first."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from threadpoolctl import threadpool_limits

from demo import rates
from demo.experiment import experiment_truth, make_experiment
from demo.world import make_world
from ml.action.experiment import average_effect
from ml.action.qini import qini_coefficient, qini_curve
from ml.action.resample import mean_and_error, splits
from ml.action.uplift import features_before, train_uplift
from ml.action.uplift_learners import BLEND, LEARNERS, said_by_all
from siyu.clock import day_end
from tests.brand import ROOT

HILLSTROM = "hillstrom/hillstrom_half_a.parquet"


def reference(name: str) -> Path:
    """A file that may not be shipped: beside the checkout, or where SIYU_REFERENCE_DATA says."""
    places = [os.environ.get("SIYU_REFERENCE_DATA", ""), str(ROOT.parent / "shared" / "data")]
    for place in places:
        if place and (Path(place) / name).exists():
            return Path(place) / name
    pytest.skip(f"{name} may not be shipped and is not beside the checkout (SIYU_REFERENCE_DATA)")


@pytest.fixture(scope="module")
def hillstrom() -> pd.DataFrame:
    return pd.read_parquet(reference(HILLSTROM))


@pytest.fixture(scope="module")
def trial() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two thousand people; a treatment moves those with x0 > 0 by 0.3 and nobody else."""
    draw = np.random.default_rng(3)
    x = draw.normal(size=(2000, 4))
    t = draw.integers(0, 2, 2000)
    effect = np.where(x[:, 0] > 0, 0.3, 0.0)
    y = (draw.random(2000) < 0.2 + 0.2 * (x[:, 1] > 0) + t * effect).astype(int)
    return x, y, t, effect


@pytest.mark.parametrize(
    ("mail", "ate", "error"),
    [("Mens E-Mail", 0.077415, 0.004800), ("Womens E-Mail", 0.046651, 0.004573)],
)
def test_the_effect_of_each_mail_and_its_error_are_right(
    hillstrom: pd.DataFrame, mail: str, ate: float, error: float
) -> None:
    both = hillstrom[hillstrom["segment"].isin([mail, "No E-Mail"])]
    is_treated = (both["segment"] == mail).to_numpy().astype(int)
    found = average_effect(both["visit"].to_numpy(), is_treated)
    visits = [both.loc[is_treated == g, "visit"] for g in (1, 0)]
    welch = stats.ttest_ind(*visits, equal_var=False)
    assert found.ate == pytest.approx(ate, abs=1e-6)
    assert found.standard_error == pytest.approx(error, abs=1e-6)
    assert found.ate / found.standard_error == pytest.approx(welch.statistic, abs=1e-6)


def test_on_the_womens_mail_the_qini_is_that_of_public_learners_or_better(
    hillstrom: pd.DataFrame,
) -> None:
    both = hillstrom[hillstrom["segment"] != "Mens E-Mail"]
    t = (both["segment"] == "Womens E-Mail").to_numpy().astype(int)
    y = both["visit"].to_numpy()
    columns = ["recency", "history", "mens", "womens", "newbie", "zip_code", "channel"]
    x = pd.get_dummies(both[columns]).astype(float)
    x["history"] = np.log(x["history"])
    figures = []
    for fit, judge in splits(t * 2 + y):
        said = LEARNERS["class transform"](x.iloc[fit].to_numpy(), y[fit], t[fit],
                                           x.iloc[judge].to_numpy())  # fmt: skip
        figures.append(qini_coefficient(y[judge], said, t[judge]))
    mean, error = mean_and_error(np.array(figures))
    assert mean >= 0.06
    assert mean > 2 * error


def test_an_effect_needs_people_in_both_groups() -> None:
    with pytest.raises(ValueError, match="two people"):
        average_effect(np.array([1.0, 0.0]), np.array([1, 0]))


def test_the_qini_curve_is_the_one_drawn_by_hand() -> None:
    taken, extra = qini_curve(np.array([1, 0, 1, 0]), np.array([0.9, 0.9, 0.1, 0.0]),
                              np.array([1, 0, 0, 1]))  # fmt: skip
    assert taken.tolist() == [0, 2, 3, 4]
    assert extra.tolist() == [0.0, 1.0, 0.5, 0.0]


def test_a_perfect_order_is_one_and_no_order_is_nothing() -> None:
    draw = np.random.default_rng(5)
    t, y = draw.integers(0, 2, 400), draw.integers(0, 2, 400)
    assert qini_coefficient(y, y * t - y * (1 - t), t) == pytest.approx(1.0)
    assert qini_coefficient(y, np.zeros(400), t) == pytest.approx(0.0)


def test_every_learner_finds_the_people_who_are_moved(
    trial: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    x, y, t, effect = trial
    with threadpool_limits(1):
        said = said_by_all(x[:1400], y[:1400], t[:1400], x[1400:])
    for name in (*LEARNERS, BLEND):
        moved = effect[1400:] > 0
        assert said[name][moved].mean() - said[name][~moved].mean() > 0.15, name


def test_the_planted_experiment_leaves_orders_alone_and_has_its_effect() -> None:
    world = make_world(rates.SEED, people=900)
    before = world.orders.copy()
    groups = make_experiment(world)
    pd.testing.assert_frame_equal(world.orders, before)
    truth = experiment_truth(groups)
    for stratum, planted in rates.EXPERIMENT_EFFECT.items():
        part = groups[groups["_stratum"] == stratum]
        found = average_effect(
            part["_bought"].to_numpy(), (part["分组"] == "试验组").to_numpy().astype(int)
        )
        assert truth[stratum]["planted"] == pytest.approx(planted, abs=1e-6)
        assert abs(found.ate - planted) < 3 * found.standard_error


def test_features_are_what_was_known_before_the_instant() -> None:
    con = duckdb.connect()
    con.execute("create schema core")
    con.execute(
        "create table core.fct_order as select * from (values"
        " ('p1', timestamp '2026-06-01 02:00', true, 10.0), ('p1', timestamp '2026-06-22 02:00', true, 99.0),"
        " ('p2', timestamp '2026-06-21 02:00', false, 5.0)) as o(person_id, ordered_at, is_paid, paid_cny)"
    )
    con.execute("create table core.fct_message (person_id varchar, opened_at timestamp)")
    con.execute(
        "insert into core.fct_message values ('p1', '2026-06-21'), ('p1', '2026-06-22 02:00')"
    )
    found = features_before(con, day_end(date(2026, 6, 21))).to_dict("records")
    assert [(r["person_id"], r["order_count"], r["spend_cny"], r["opens_90d"]) for r in found] == [
        ("p1", 1, 10.0, 1)
    ]


def test_without_a_finished_experiment_nothing_is_tried() -> None:
    con = duckdb.connect()
    con.execute("create schema core")
    con.execute(
        "create table core.fct_experiment_group (experiment varchar, person_id varchar,"
        " variant varchar, assigned_at timestamp, assigned_on date)"
    )
    outcome = train_uplift(con, date(2026, 8, 17))
    assert outcome.rows is None
    assert "no finished experiment" in outcome.verdict.reason
