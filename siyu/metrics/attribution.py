"""Attribution: which touch gets how much of a conversion, under seven models.

Five are rules of place and time within one path; Markov and Shapley look at all paths. The marts
write the same formulas in SQL (macros/rules/attribution.sql).
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from siyu.metrics.markov import RemovalEffects, count_transitions, removal_effects
from siyu.metrics.shapley import inside, shapley_of_game, shapley_of_paths

__all__ = [
    "MODELS",
    "RULES",
    "RemovalEffects",
    "count_transitions",
    "credit_of_effects",
    "inside",
    "removal_effects",
    "rule_weights",
    "shapley_of_game",
    "shapley_of_paths",
    "share_out",
]

RULES = ("first", "last", "linear", "position", "decay")
MODELS = (*RULES, "markov", "shapley")


def rule_weights(
    rule: str,
    length: int,
    days_before: np.ndarray | None = None,
    ends: float = 0.4,
    half_life_days: float = 7.0,
) -> np.ndarray:
    """The share of each of `length` touches, oldest first; the shares sum to 1.

    position gives `ends` to the first and to the last touch and the rest to those between (two
    touches: halves); decay halves a touch's weight every `half_life_days` before the conversion.
    Raises ValueError for a rule that is not one of RULES.
    """
    place = np.arange(length)
    if rule == "first":
        weights = (place == 0).astype(float)
    elif rule == "last":
        weights = (place == length - 1).astype(float)
    elif rule == "linear":
        weights = np.ones(length)
    elif rule == "position":
        edge = (place == 0) | (place == length - 1)
        weights = np.where(edge, ends, (1 - 2 * ends) / max(length - 2, 1))
    elif rule == "decay":
        if days_before is None:
            raise ValueError("decay needs the days of each touch before the conversion")
        weights = 0.5 ** ((days_before - days_before.min()) / half_life_days)
    else:
        raise ValueError(f"{rule!r} is not one of {', '.join(RULES)}")
    return weights / weights.sum()


def credit_of_effects(path: list[int], effects: RemovalEffects) -> np.ndarray:
    """The share of each touch of one path by its channel's removal effect; the shares sum to 1.

    A channel that stands in the path more than once divides its share among its touches. A path
    whose channels have no effect is shared equally among them.
    """
    channel = pd.Series(path)
    times = channel.map(channel.value_counts())
    effect = channel.map(effects.effect).fillna(0.0)
    if effect.sum() == 0:
        effect = pd.Series(1.0, index=channel.index)
    weights = (effect / times).to_numpy()
    return weights / weights.sum()


def share_out(amount_cny: Decimal, weights: np.ndarray) -> list[Decimal]:
    """An amount in exact cents by weights that sum to 1; no cent is lost or made.

    Each touch gets the rounded running total up to it less what went before it.
    """
    cent = Decimal("0.01")
    running = [
        (amount_cny * Decimal(repr(float(part)))).quantize(cent) for part in weights.cumsum()
    ]
    running[-1] = amount_cny
    return [a - b for a, b in zip(running, [Decimal(0), *running[:-1]], strict=True)]
