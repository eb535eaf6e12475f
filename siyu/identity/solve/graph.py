"""Identifiers and links as numbers, so that the solver never compares text.

Nothing here depends on the night on which a link came: the same links give the same people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]

TRUST_ORDER = ("decided", "high", "medium", "low")
DECIDED, LOW = 0, 3
NO_LIMIT = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Groups:
    """The kinds of identifiers, one per (id_type, scope): the unit that limits count.

    `type_code` is equal for scopes of one type; `window_days` is 0 where a limit knows no window.
    """

    id_type: tuple[str, ...]
    type_code: Ints
    priority: Ints
    joins: Flags
    limit: Ints
    window_days: Ints
    hub_limit: Ints


@dataclass(frozen=True)
class Apart:
    """Two sides that a person keeps apart: no cluster may hold nodes of both."""

    decision: str
    left: Ints
    right: Ints


@dataclass(frozen=True)
class Merge:
    """Two sides that a person joined, the strongest identifiers first."""

    left: Ints
    right: Ints


@dataclass(frozen=True)
class Graph:
    """Some whole components of the identity graph; node arrays are indexed by position.

    `born` is the first load, `key_hash` the hash of the identifier: the founder of a cluster is its
    smallest (born, key_hash). `day` is the day it was first seen. Links (a, b, trust) may repeat:
    each stands for one record; low trust is left out.
    """

    groups: Groups
    born: Ints
    key_hash: Hashes
    group: Ints
    day: Ints
    shared: Flags
    a: Ints
    b: Ints
    trust: Ints
    aparts: tuple[Apart, ...] = ()
    merges: tuple[Merge, ...] = ()

    @property
    def names(self) -> Flags:
        """Which nodes name a person."""
        return self.groups.joins[self.group] & ~self.shared

    def decided_links(self) -> tuple[Ints, Ints]:
        """The ends by which merges hold: of either side the strongest that names a person."""
        names = self.names
        ends = [
            (one[names[one]][0], other[names[other]][0])
            for one, other in ((merge.left, merge.right) for merge in self.merges)
            if names[one].any() and names[other].any()
        ]
        left, right = (np.array([pair[side] for pair in ends], np.int64) for side in (0, 1))
        return left, right


def build_groups(pairs: list[tuple[str, str]], rules: pd.DataFrame) -> Groups:
    """Groups for (id_type, scope) pairs, by position.

    `rules` has one row per id_type: priority (smaller links first), links, max_per_person (null =
    no limit) and optionally window_days and hub_limit. Raises ValueError for a type without a rule.
    """
    rule = rules.set_index("id_type")
    unknown = sorted({t for t, _ in pairs} - set(rule.index))
    if unknown:
        raise ValueError(f"identifier types without a rule: {', '.join(unknown)}")
    types = [t for t, _ in pairs]

    def numbers(column: str, absent: int) -> Ints:
        if column not in rule:
            return np.full(len(types), absent, dtype=np.int64)
        values = rule[column].astype("float64")
        return np.array([absent if pd.isna(values[t]) else int(values[t]) for t in types], np.int64)

    codes = {t: n for n, t in enumerate(rule.index)}
    return Groups(
        id_type=tuple(types),
        type_code=np.array([codes[t] for t in types], dtype=np.int64),
        priority=numbers("priority", 0),
        joins=np.array([bool(rule.at[t, "links"]) for t in types], dtype=bool),
        limit=numbers("max_per_person", NO_LIMIT),
        window_days=numbers("window_days", 0),
        hub_limit=numbers("hub_limit", NO_LIMIT),
    )
