"""Markov attribution: what each channel's removal costs, solved exactly, of order 1 to 3."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

ORDERS = (1, 2, 3)
START, CONVERSION, NULL = 0, -1, -2


@dataclass(frozen=True)
class RemovalEffects:
    """`base` is the chance that a journey converts; `effect` by channel is the share of it that
    is lost without that channel (0 to 1)."""

    base: float
    effect: pd.Series

    @property
    def share(self) -> pd.Series:
        """The effects scaled to sum to 1; equal shares where no channel has any effect."""
        total = self.effect.sum()
        if total == 0:
            return pd.Series(1 / max(len(self.effect), 1), index=self.effect.index)
        return self.effect / total


def encode(channels: list[int], order: int, base: int) -> list[int]:
    """The state after each touch: its last `order` channels as digits of one number.

    Channels are numbered from 1 and `base` is larger than the largest; the newest is the last
    digit. The warehouse counts with the same rule (macro `markov_state`).
    """
    states, state, modulus = [], START, base**order
    for channel in channels:
        state = (state * base + channel) % modulus
        states.append(state)
    return states


def count_transitions(
    paths: list[list[int]], conversions: np.ndarray, nulls: np.ndarray, order: int, base: int
) -> pd.DataFrame:
    """Counts of paths of channel numbers: one row per `from_state`, `to_state` with its `n`.

    Each path stands for so many conversions and so many journeys that led to nothing.
    """
    found: dict[tuple[int, int], float] = {}
    for path, converted, lost in zip(paths, conversions, nulls, strict=True):
        states = [START, *encode(path, order, base)]
        for pair in pairwise(states):
            found[pair] = found.get(pair, 0) + converted + lost
        for end, n in ((CONVERSION, converted), (NULL, lost)):
            found[(states[-1], end)] = found.get((states[-1], end), 0) + n
    rows = [(a, b, n) for (a, b), n in sorted(found.items())]
    return pd.DataFrame(rows, columns=["from_state", "to_state", "n"])


def removal_effects(transitions: pd.DataFrame, order: int, base: int) -> RemovalEffects:
    """The removal effect of every channel number that occurs in the transitions.

    `transitions` has one row per `from_state`, `to_state` with its `n`; states as `encode` makes
    them. Removing a channel sends every journey that reaches it to nothing (Anderl et al. 2016,
    doi:10.1016/j.ijresmar.2016.03.001). Raises ValueError for an order that is not 1, 2 or 3.
    """
    if order not in ORDERS:
        raise ValueError(f"order {order} is not one of {', '.join(map(str, ORDERS))}")
    steps = transitions[transitions["n"] > 0]
    states = np.unique(steps.loc[steps["from_state"] > START, "from_state"].to_numpy())
    at = pd.Series(np.arange(len(states)), index=states)
    share = steps["n"] / steps.groupby("from_state")["n"].transform("sum")
    begins, ends = steps["from_state"] == START, steps["to_state"] == CONVERSION
    first = np.zeros(len(states))
    first[at[steps.loc[begins, "to_state"]]] = share[begins]
    converts = np.zeros(len(states))
    converts[at[steps.loc[ends, "from_state"]]] = share[ends]
    inner = ~begins & (steps["to_state"] > START)
    matrix = np.eye(len(states))
    matrix[at[steps.loc[inner, "from_state"]], at[steps.loc[inner, "to_state"]]] -= share[inner]
    digits = states[:, None] // base ** np.arange(order) % base
    channels = np.setdiff1d(np.unique(digits), [0])
    if order == 1:
        reached, lost = _lost_in_one_inverse(matrix, first, converts)
    else:
        reached = float(first @ np.linalg.solve(matrix, converts)) if len(states) else 0.0
        lost = np.array(
            [
                reached - _reached_within(matrix, first, converts, ~(digits == channel).any(axis=1))
                for channel in channels
            ]
        )
    effect = np.clip(lost / reached, 0, 1) if reached > 0 else np.zeros(len(channels))
    return RemovalEffects(reached, pd.Series(effect, index=channels, dtype=float))


def _lost_in_one_inverse(
    matrix: np.ndarray, first: np.ndarray, converts: np.ndarray
) -> tuple[float, np.ndarray]:
    """With one channel a state, the fundamental matrix N gives every removal at once:
    the chance to reach c is (first N)_c / N_cc, and from there to convert is (N converts)_c."""
    visits = np.linalg.inv(matrix)
    onward = visits @ converts
    return float(first @ onward), (first @ visits) * onward / np.diag(visits)


def _reached_within(
    matrix: np.ndarray, first: np.ndarray, converts: np.ndarray, kept: np.ndarray
) -> float:
    """The chance to convert when only the kept states may be entered."""
    if not kept.any():
        return 0.0
    return float(first[kept] @ np.linalg.solve(matrix[np.ix_(kept, kept)], converts[kept]))
