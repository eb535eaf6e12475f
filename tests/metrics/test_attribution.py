"""Attribution held against brute force, against a chain that is known, and against the cent."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.metrics.attribution import (
    RULES,
    RemovalEffects,
    count_transitions,
    credit_of_effects,
    inside,
    removal_effects,
    rule_weights,
    shapley_of_game,
    shapley_of_paths,
    share_out,
)

# From start and from each of three channels: to channel 1, 2, 3, to an order, to nothing.
CHAIN = np.array(
    [
        [0.5, 0.3, 0.2, 0.0, 0.0],
        [0.1, 0.3, 0.1, 0.2, 0.3],
        [0.2, 0.0, 0.2, 0.1, 0.5],
        [0.1, 0.1, 0.1, 0.4, 0.3],
    ]
)
some_paths = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=1, max_size=12)
counts = st.integers(0, 3)


def brute_force_shapley(worth: np.ndarray) -> np.ndarray:
    """The mean gain of each channel over every order in which channels may arrive."""
    channels = int(worth.size).bit_length() - 1
    gains = np.zeros(channels)
    orders = list(permutations(range(channels)))
    for order in orders:
        mask = 0
        for channel in order:
            gains[channel] += worth[mask | 1 << channel] - worth[mask]
            mask |= 1 << channel
    return gains / len(orders)


@given(st.lists(st.integers(-20, 20), min_size=32, max_size=32))
def test_shapley_equals_every_order_of_arrival(values: list[int]) -> None:
    worth = np.array([0, *values[1:]], float)
    assert shapley_of_game(worth) == pytest.approx(brute_force_shapley(worth), abs=1e-9)


@given(some_paths, st.data())
def test_shapley_of_paths_equals_brute_force(paths: list[list[int]], data: st.DataObject) -> None:
    masks = np.array([sum(1 << (c - 1) for c in set(path)) for path in paths])
    values = np.array([data.draw(counts) for _ in paths], float)
    found = shapley_of_paths(masks, values, 4)
    assert found == pytest.approx(brute_force_shapley(inside(masks, values, 4)), abs=1e-9)


def share_without(paths: list[list[int]], wins: np.ndarray, lost: np.ndarray, order: int) -> dict:
    """Removal effects by following probability through the paths' own steps, state by state."""

    def reached(banned: int | None) -> float:
        mass, total = {(): 1.0}, 0.0
        steps: dict[tuple, dict[object, float]] = {}
        for path, won, nothing in zip(paths, wins, lost, strict=True):
            state: tuple = ()
            for channel in path:
                after = (*state, channel)[-order:]
                steps.setdefault(state, {}).setdefault(after, 0)
                steps[state][after] += won + nothing
                state = after
            for end, n in (("order", won), ("nothing", nothing)):
                steps.setdefault(state, {}).setdefault(end, 0)
                steps[state][end] += n
        for _ in range(4000):
            onward: dict[tuple, float] = {}
            for state, chance in mass.items():
                out = sum(steps[state].values())
                for after, n in steps[state].items():
                    if after == "order":
                        total += chance * n / out
                    elif after != "nothing" and n and banned not in after:
                        onward[after] = onward.get(after, 0) + chance * n / out
            mass = {state: chance for state, chance in onward.items() if chance > 1e-14}
        return total

    base = reached(None)
    channels = sorted({c for path in paths for c in path})
    return {c: (base - reached(c)) / base for c in channels}


@pytest.mark.parametrize("order", [1, 2, 3])
def test_markov_equals_following_the_chain_step_by_step(order: int) -> None:
    paths = [[1, 2, 1, 3], [2, 2, 4], [3, 1], [4, 4, 1, 2, 3], [2], [1, 3, 2, 1]]
    wins, lost = np.array([2, 1, 0, 3, 1, 2.0]), np.array([1, 2, 4, 1, 3, 0.0])
    found = removal_effects(count_transitions(paths, wins, lost, order, 5), order, 5)
    assert found.effect.to_dict() == pytest.approx(share_without(paths, wins, lost, order))


def test_a_known_chain_is_recovered_from_its_own_journeys() -> None:
    # 40,000 journeys: each share of about 1/3 has a standard error near 0.003.
    draw = np.random.default_rng(7)
    paths, won = [], []
    for _ in range(40_000):
        at, path = 0, []
        while True:
            at = int(draw.choice(5, p=CHAIN[at])) + 1
            if at > 3:
                break
            path.append(at)
        paths.append(path)
        won.append(at == 4)
    wins = np.array(won, float)
    found = removal_effects(count_transitions(paths, wins, 1 - wins, 1, 4), 1, 4)
    true = pd.DataFrame(
        [
            (a, b + 1 if b < 3 else {3: -1, 4: -2}[b], CHAIN[a, b])
            for a in range(4)
            for b in range(5)
        ],
        columns=["from_state", "to_state", "n"],
    )
    known = removal_effects(true, 1, 4)
    assert found.base == pytest.approx(known.base, abs=0.01)
    assert found.share.to_numpy() == pytest.approx(known.share.to_numpy(), abs=0.01)


@given(st.sampled_from(RULES), st.lists(st.floats(0, 30), min_size=1, max_size=20))
def test_the_shares_of_a_path_sum_to_one(rule: str, days: list[float]) -> None:
    weights = rule_weights(rule, len(days), np.array(sorted(days, reverse=True)))
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()


@given(st.integers(-10_000_000, 10_000_000), st.lists(st.floats(0.01, 1), min_size=1, max_size=20))
def test_no_cent_is_lost_or_made(cents: int, weights: list[float]) -> None:
    amount = Decimal(cents).scaleb(-2)
    shares = share_out(amount, np.array(weights) / sum(weights))
    assert sum(shares) == amount
    assert all(share == share.quantize(Decimal("0.01")) for share in shares)


def test_a_channel_that_comes_twice_divides_its_share() -> None:
    effects = RemovalEffects(0.5, pd.Series({1: 0.6, 2: 0.2}))
    assert credit_of_effects([1, 2, 1], effects).tolist() == pytest.approx([0.375, 0.25, 0.375])
    nothing = RemovalEffects(0.0, pd.Series({1: 0.0, 2: 0.0}))
    assert credit_of_effects([1, 2], nothing).tolist() == [0.5, 0.5]


def test_a_journey_chain_without_orders_has_no_effects() -> None:
    found = removal_effects(count_transitions([[1, 2], [2]], np.zeros(2), np.ones(2), 1, 3), 1, 3)
    assert found.base == 0
    assert found.effect.tolist() == [0, 0]
    assert found.share.tolist() == [0.5, 0.5]


def test_unknown_rules_and_orders_are_refused() -> None:
    with pytest.raises(ValueError, match="first, last, linear"):
        rule_weights("middle", 3)
    with pytest.raises(ValueError, match="1, 2, 3"):
        removal_effects(count_transitions([[1]], np.ones(1), np.ones(1), 1, 2), 4, 2)
    with pytest.raises(ValueError, match="at most 24"):
        inside(np.array([1]), np.array([1.0]), 30)
