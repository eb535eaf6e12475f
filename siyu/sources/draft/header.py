"""Where the header of an unknown table stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from siyu.sources.contracts.header import normalise_name

_WITHIN = 30
_DATA = re.compile(r"[\d\s.,:/%¥￥元+\-]+|.*\d{5}.*|.*@.*")


def find_header(head: Sequence[Sequence[str]], known: Collection[str]) -> int | None:
    """Row (from 0) that names columns: the widest of distinct words, known column names weighing most.

    None when no row of the first thirty has two names.
    """
    best: tuple[tuple[int, int], int] | None = None
    for row_number, row in enumerate(head[:_WITHIN]):
        names = [n for n in map(normalise_name, row) if n]
        words = {n for n in names if len(n) <= 30 and not _DATA.fullmatch(n)}
        if len(words) < 2 or len(words) * 2 < len(names):
            continue
        score = (len(words & set(known)), len(words))
        if best is None or score > best[0]:
            best = (score, row_number)
    return None if best is None else best[1]
