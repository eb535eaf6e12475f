"""Column names as files write them, brought to one form so that two spellings of a name agree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_DROPPED = re.compile(r"[\s\ufeff\u200b\"'`]+")


def normalise_name(name: str) -> str:
    """A column name without width, bracket, space and quote differences: `金额（元） ` -> `金额(元)`."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name))


def number_names(names: Sequence[str]) -> tuple[str, ...]:
    """Normalised names in order; a repeated name gets #2, #3 …, an empty one stays empty."""
    seen: dict[str, int] = {}
    numbered = []
    for raw in names:
        name = normalise_name(raw)
        seen[name] = seen.get(name, 0) + 1
        numbered.append(f"{name}#{seen[name]}" if name and seen[name] > 1 else name)
    return tuple(numbered)
