"""The purchase models on invented histories: likelihoods, limits, and what must never be a score."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy.special import gammaln, hyp2f1

from ml.bgnbd import BgNbd, fit_bgnbd
from ml.gammagamma import fit_gammagamma
from ml.grouped import group_rows, once_per_row
from ml.paretonbd import ParetoNbd, fit_paretonbd
from tests.ml.warehouse import ROOT


def invented(people: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases, weeks to the last, weeks observed, on a grid of days."""
    draw = np.random.default_rng(seed)
    age = draw.integers(70, 280, people) / 7
    x = draw.negative_binomial(0.6, 0.25, people).astype("float64")
    t_x = np.where(x > 0, np.ceil(age * 7 * draw.beta(2, 1.5, people)) / 7, 0.0)
    return x, t_x, age


def test_grouping_and_order_change_no_fit() -> None:
    history = invented(800)
    turned = tuple(column[::-1].copy() for column in history)
    for fit in (fit_bgnbd, fit_paretonbd):
        assert fit(*history) == fit(*turned)
    doubled = tuple(np.tile(column, 2) for column in history)
    once, twice = fit_bgnbd(*history), fit_bgnbd(*doubled)
    assert twice.r == pytest.approx(once.r, rel=1e-4)
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood, rel=1e-9)


def test_grouped_rows_are_the_rows() -> None:
    columns = invented(500)
    rows = group_rows(*columns)
    back = np.column_stack([rows.column(place) for place in range(3)])
    expected, counts = np.unique(np.column_stack(columns), axis=0, return_counts=True)
    assert np.array_equal(back, expected) and np.array_equal(rows.weight, counts)
    assert np.array_equal(once_per_row(lambda a, b: a + 2 * b, *columns[:2]),
                          columns[0] + 2 * columns[1])  # fmt: skip


@pytest.mark.parametrize("early", [False, True])
def test_the_bgnbd_likelihood_is_the_textbook_one_and_at_its_top(early: bool) -> None:
    x, t_x, age = invented(600)

    def textbook(r: float, alpha: float, a: float, b: float) -> float:
        power, late = r + x, b + early
        here = -power * np.log(alpha + age)
        gone = np.log(a / np.maximum(late + x - 1, 1e-9)) - power * np.log(alpha + t_x)
        both = (
            np.logaddexp(here, gone) if early else np.where(x > 0, np.logaddexp(here, gone), here)
        )
        return float(np.sum(
            gammaln(r + x) - gammaln(r) + r * np.log(alpha) + gammaln(a + b) - gammaln(b)
            + gammaln(late + x) - gammaln(a + late + x) + both
        ))  # fmt: skip

    found = fit_bgnbd(x, t_x, age, early=early)
    best = (found.r, found.alpha, found.a, found.b)
    assert textbook(*best) == pytest.approx(found.log_likelihood, rel=1e-10)
    for place in range(4):
        for step in (0.98, 1.02):
            moved = [v * (step if i == place else 1.0) for i, v in enumerate(best)]
            assert textbook(*moved) <= found.log_likelihood + 1e-6


@pytest.mark.parametrize("parameters", [(0.55, 10.6, 0.61, 11.7), (1.2, 9.0, 0.4, 4.0)])
def test_the_paretonbd_integral_is_the_hypergeometric_one(parameters: tuple) -> None:
    x, t_x, age = invented(600)
    model = ParetoNbd(*parameters)
    r, alpha, s, beta = parameters
    total, near = r + s + x, max(alpha, beta)
    second = s + 1 if alpha >= beta else r + x

    def part(t: np.ndarray) -> np.ndarray:
        z = abs(alpha - beta) / (near + t)
        return hyp2f1(total, second, total + 1, z) * (near + t) ** -total

    here = (alpha + age) ** -(r + x) * (beta + age) ** -s
    gone = s / total * (part(t_x) - part(age))
    assert model.alive(x, t_x, age) == pytest.approx(here / (here + gone), rel=1e-7)


def test_gammagamma_is_at_the_top_of_its_likelihood() -> None:
    draw = np.random.default_rng(3)
    count = draw.integers(1, 9, 500).astype("float64")
    mean = draw.gamma(4, 12, 500)
    found = fit_gammagamma(count, mean)

    def textbook(p: float, q: float, v: float) -> float:
        return float(np.sum(
            gammaln(p * count + q) - gammaln(p * count) - gammaln(q) + q * np.log(v)
            + (p * count - 1) * np.log(mean) + p * count * np.log(count)
            - (p * count + q) * np.log(count * mean + v)
        ))  # fmt: skip

    assert textbook(found.p, found.q, found.v) == pytest.approx(found.log_likelihood, rel=1e-10)
    for moved in ((found.p * 1.03, found.q, found.v), (found.p, found.q * 0.97, found.v)):
        assert textbook(*moved) <= found.log_likelihood + 1e-6


def test_p_alive_is_one_for_every_one_time_buyer_so_it_says_nothing_about_them() -> None:
    ages = np.array([1.0, 20.0, 200.0])
    alive = BgNbd(0.24, 4.4, 0.79, 2.4).alive(np.zeros(3), np.zeros(3), ages)
    assert alive.tolist() == [1.0, 1.0, 1.0]


def test_no_model_or_rule_uses_p_alive_as_a_score() -> None:
    """Only the purchase models themselves may speak of `alive`: nothing that scores calls it."""
    own = {"bgnbd.py", "paretonbd.py"}
    for path in sorted((ROOT / "ml").rglob("*.py")):
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert path.name in own or "alive" not in calls, f"{Path(path).name} scores by P(alive)"
