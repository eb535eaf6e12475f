"""Columns that name texts by number: a text stands in native memory once, however often it lands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from siyu.sources.block.cells import whole
from siyu.sources.block.known import Grown, Known

_NO_TEXTS = pa.array([], pa.string())


class Texts:
    """What stands for each of some values, told by the values' numbers; equal texts stand here once."""

    def __init__(self) -> None:
        # Of each value the place of its text among the known ones, -1 for none.
        self._known, self._of = Known(), Grown(np.int32)

    @property
    def nbytes(self) -> int:
        return self._known.nbytes

    def add(self, new: Sequence[str | None]) -> None:
        """The texts of as many more values; a text that is there already keeps its place."""
        number = np.full(len(new), -1, np.int32)
        texts = [text for text in dict.fromkeys(new) if text is not None]
        if texts:
            column = pa.array(texts, pa.string())
            hashes = np.fromiter(map(hash, texts), np.int64, len(texts)).view(np.uint64)
            place = self._known.find(column, hashes)
            unmet = place < 0
            if unmet.any():
                place[unmet] = self._known.add(column.filter(pa.array(unmet)), hashes[unmet])
            place_of = dict(zip(texts, place.tolist(), strict=True))
            number[:] = [-1 if text is None else place_of[text] for text in new]
        self._of.add(number)

    def spread(self, numbers: np.ndarray) -> pa.DictionaryArray:
        """The text of each cell; the dictionary holds those of these cells, in order of the cells."""
        if not len(self._known):
            return pa.DictionaryArray.from_arrays(pa.nulls(len(numbers), pa.int32()), _NO_TEXTS)
        own = self._of.at(numbers)
        own[numbers < 0] = -1
        place, used = first_met(own, len(self._known))
        return pa.DictionaryArray.from_arrays(nullable(place), self._known.texts.take(used))


@dataclass(frozen=True)
class Coded:
    """A column of texts, each cell of which is the number of a value; -1 is null."""

    texts: Texts
    numbers: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def nbytes(self) -> int:
        return self.numbers.nbytes

    def spread(self) -> pa.DictionaryArray:
        return self.texts.spread(self.numbers)


Column: TypeAlias = pa.Array | Coded
Rows: TypeAlias = Mapping[str, Column]


def joined(pieces: Sequence[Column]) -> pa.Array | pa.ChunkedArray:
    """One column of pieces that follow each other.

    With a dictionary when a piece has one, unless all is null: in order of the cells, so that it
    tells nothing of where the pieces were cut, or of when a text was first met.
    """
    found: list[pa.Array] = []
    for texts, run in groupby(pieces, lambda p: p.texts if isinstance(p, Coded) else None):
        if texts is None:
            found += run
        else:
            found.append(texts.spread(np.concatenate([p.numbers for p in run])))
    if all(_is_void(p) for p in found):
        return pa.nulls(sum(map(len, found)), pa.string())
    if not any(pa.types.is_dictionary(p.type) for p in found):
        return pa.chunked_array(found)
    coded = [p if pa.types.is_dictionary(p.type) else p.dictionary_encode() for p in found]
    return whole(pa.chunked_array(coded).unify_dictionaries())


def _is_void(column: pa.Array) -> bool:
    is_text = pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)
    return is_text and bool(column.null_count == len(column))


def nullable(places: np.ndarray) -> pa.Array:
    """The places, null in place of -1."""
    return pa.array(places, mask=places < 0)


def first_met(numbers: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers below `most` as places among those that occur, which come in order of their first cell.

    -1 stays -1. The same as `dictionary_encode`, which hashes, at a third of its cost.
    """
    cells = np.arange(len(numbers), dtype=np.int32)
    # Numbers of another width would be cast at every step.
    at = numbers.astype(np.intp)
    # The last of these is that of -1.
    first = np.empty(most + 1, np.int32)
    first[at[::-1]] = cells[::-1]
    used = numbers[(first.take(at, mode="wrap") == cells) & (numbers >= 0)]
    first[used] = np.arange(len(used), dtype=np.int32)
    first[-1] = -1
    return first.take(at, mode="wrap"), used
