"""Randomness as a hash of an id and a named salt: the same id draws the same number in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

Ids: TypeAlias = Sequence[str] | pd.Series | pd.Index | np.ndarray


@dataclass(frozen=True)
class Draws:
    """All draws of one seed."""

    seed: int

    def number(self, ids: Ids, salt: str) -> np.ndarray:
        """One 64-bit number per id."""
        key = hashlib.sha256(f"{self.seed}|{salt}".encode()).hexdigest()[:16]
        values = np.asarray([str(i) for i in ids], dtype=object)
        if not len(values):
            return np.zeros(0, dtype=np.uint64)
        return pd.util.hash_array(values, hash_key=key, categorize=False)

    def share(self, ids: Ids, salt: str) -> np.ndarray:
        """One number in [0, 1) per id."""
        return (self.number(ids, salt) >> np.uint64(11)).astype(np.float64) / float(1 << 53)

    def below(self, ids: Ids, salt: str, limit: int) -> np.ndarray:
        """One integer in [0, limit) per id."""
        return (self.number(ids, salt) % np.uint64(limit)).astype(np.int64)

    def hexes(self, ids: Ids, salt: str, length: int) -> list[str]:
        """One hexadecimal text of `length` per id."""
        first = self.number(ids, salt)
        second = self.number(ids, salt + "/2")
        return [f"{a:016x}{b:016x}"[:length] for a, b in zip(first, second, strict=True)]

    def digits(self, ids: Ids, salt: str, length: int) -> list[str]:
        """One decimal text of `length` (at most 18) per id, never starting with 0."""
        low = 10 ** (length - 1)
        spread = self.number(ids, salt) % np.uint64(9 * low)
        return [str(int(v) + low) for v in spread]
