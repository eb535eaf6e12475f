"""Chinese words to the chance that they are kind: read at the border, so that no text lands.

A logistic model of hashed character n-grams. Its weights are plain numbers trained by
`make sentiment`; nothing is downloaded when files land.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from zlib import crc32

BUCKETS = 1 << 16
LONGEST_GRAM = 3
MAX_CHARACTERS = 300
WEIGHTS = Path(__file__).with_name("sentiment_zh.npy")
CARD = Path(__file__).with_name("sentiment_zh.json")
# What a landed value looks like.
PATTERN = r"^[01]\.[0-9]{4}$"


def buckets(text: str) -> list[int]:
    """The distinct buckets of a text's n-grams of one to three characters, blanks left out."""
    bare = "".join(text.split())[:MAX_CHARACTERS]
    return sorted(
        {
            crc32(bare[at : at + size].encode("utf-8", "replace")) % BUCKETS
            for size in range(1, LONGEST_GRAM + 1)
            for at in range(len(bare) - size + 1)
        }
    )


def kindness(texts: Iterable[str]) -> list[str | None]:
    """Chance between 0 and 1 that each text is kind, four places; None without a Chinese character."""
    weights, intercept = _model()
    return [_chance(text, weights, intercept) for text in texts]


def _chance(text: str, weights: list[float], intercept: float) -> str | None:
    if not any("\u4e00" <= character <= "\u9fff" for character in text):
        return None
    found = buckets(text)
    total = math.fsum(weights[b] for b in found) / math.sqrt(len(found)) + intercept
    return f"{1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))):.4f}"


@cache
def _model() -> tuple[list[float], float]:
    import numpy as np

    weights = np.load(WEIGHTS, allow_pickle=False).astype("float64").tolist()
    return weights, float(json.loads(CARD.read_text(encoding="utf-8"))["intercept"])
