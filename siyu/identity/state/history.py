"""What happened to people in one step: new, merge, split, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from siyu.identity.solve.graph import Flags, Hashes


@dataclass(frozen=True)
class Move:
    """Identifiers went from one person to another. Persons are hashes of their founders.

    On a merge `person` survives and `other` ends; on a split `person` holds what left `other`.
    """

    person: int
    change: Literal["merge", "split"]
    other: int
    cause: str


@dataclass(frozen=True)
class Changes:
    """`new`: persons whose founder was never seen before; moves in a total order."""

    new: Hashes
    moves: list[Move]


def describe_changes(
    before: Hashes, after: Hashes, key_hash: Hashes, hubs: Flags, nobody: np.uint64, cause: str
) -> Changes:
    """Compare the people of a part of the graph before and after a step, node by node.

    `hubs` became shared in this step; `cause` is "link" for a load, which then names the rule that
    split a person, or the decision that brought the step.
    """
    # A person is named by its founder, and the founder is always one of its identifiers.
    founded = (after == key_hash) & (before != key_hash)
    new = np.sort(key_hash[founded & (before == nobody)])
    moved = (after != nobody) & (before != nobody) & (before != after)
    if not moved.any():
        return Changes(new, [])
    order = np.argsort(key_hash, kind="stable")
    ends = np.unique(np.stack([before[moved], after[moved]], axis=1), axis=0)
    founders = order[np.searchsorted(key_hash, ends[:, 0], sorter=order)]
    now = after[founders]
    lost_a_hub = set(before[hubs].tolist())
    existed = set(before[before != nobody].tolist())
    moves = []
    for (old, to), where in zip(ends.tolist(), now.tolist(), strict=True):
        if where == to:
            moves.append(Move(to, "merge", old, cause))
        elif cause != "link":
            moves.append(Move(to, "split", old, cause))
        elif old in lost_a_hub:
            moves.append(Move(to, "split", old, "shared_identifier"))
        else:
            moves.append(Move(to, "split", old, "stronger_link" if to in existed else "limit"))
    return Changes(new, moves)
