"""PathData (10,000 published paths): the credit of every channel as the public libraries print it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siyu.metrics.attribution import (
    count_transitions,
    inside,
    removal_effects,
    rule_weights,
    shapley_of_game,
    shapley_of_paths,
)

SAMPLE = Path(__file__).parent / "samples" / "pathdata.csv.gz"
CHANNELS = "abcdefghijkl"
CONVERSIONS, JOURNEYS = 19_785, 88_387
# Channel: first, last, linear, first-order Markov by an exact solve.
PRINTED = {
    "a": (6308, 8447, 7574.719, 5344.95),
    "b": (2831, 989, 2083.500, 2527.35),
    "c": (1, 5, 1.725, 4.61),
    "d": (99, 531, 272.170, 599.57),
    "e": (3164, 4167, 3539.951, 3340.85),
    "f": (165, 92, 121.042, 171.15),
    "g": (4606, 3355, 3857.096, 3884.61),
    "h": (74, 230, 137.964, 274.36),
    "i": (902, 1207, 1035.258, 1282.85),
    "j": (2, 2, 2.222, 1.72),
    "k": (1606, 653, 1022.801, 1971.91),
    "l": (27, 107, 136.552, 381.06),
}


@pytest.fixture(scope="module")
def paths() -> pd.DataFrame:
    return pd.read_csv(SAMPLE)


def numbers(paths: pd.DataFrame) -> list[list[int]]:
    return [[CHANNELS.index(letter) + 1 for letter in path] for path in paths["path"]]


@pytest.mark.parametrize(("rule", "column"), [("first", 0), ("last", 1), ("linear", 2)])
def test_the_rules_give_the_printed_credit(paths: pd.DataFrame, rule: str, column: int) -> None:
    credit = np.zeros(len(CHANNELS))
    for path, converted in zip(numbers(paths), paths["conversions"], strict=True):
        np.add.at(credit, np.array(path) - 1, converted * rule_weights(rule, len(path)))
    assert np.round(credit, 3).tolist() == [row[column] for row in PRINTED.values()]
    assert credit.sum() == pytest.approx(CONVERSIONS, abs=1e-6)


def test_first_order_markov_gives_the_printed_credit(paths: pd.DataFrame) -> None:
    counts = count_transitions(numbers(paths), paths["conversions"], paths["nulls"], 1, 13)
    found = removal_effects(counts, 1, 13)
    assert found.base == pytest.approx(CONVERSIONS / JOURNEYS, abs=1e-12)
    credit = (found.share * CONVERSIONS).round(2)
    assert credit.tolist() == [row[3] for row in PRINTED.values()]


@pytest.mark.parametrize("order", [2, 3])
def test_longer_memory_keeps_the_base_and_the_sum(paths: pd.DataFrame, order: int) -> None:
    counts = count_transitions(numbers(paths), paths["conversions"], paths["nulls"], order, 13)
    found = removal_effects(counts, order, 13)
    assert found.base == pytest.approx(CONVERSIONS / JOURNEYS, abs=1e-12)
    assert found.share.sum() == pytest.approx(1)
    assert found.effect.between(0, 1).all()


def test_shapley_of_the_paths_is_shapley_of_the_game_they_make(paths: pd.DataFrame) -> None:
    masks = np.array([sum(1 << (c - 1) for c in set(path)) for path in numbers(paths)])
    values = paths["conversions"].to_numpy(float)
    direct = shapley_of_paths(masks, values, 12)
    assert direct.sum() == pytest.approx(CONVERSIONS)
    assert direct == pytest.approx(shapley_of_game(inside(masks, values, 12)), abs=1e-6)
