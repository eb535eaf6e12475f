"""The values met so far in one column of a file, and what stands for each behind the border.

Values, tokens and texts are held as Arrow columns and found again there: only a value that was never
met becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siyu.sources.compare import token_texts
from siyu.sources.field import ContractField
from siyu.sources.tokens import Border, Tokens, tokenise

# Past this much what is known of a column is dropped and made again when met.
_MOST_KNOWN = 300_000
_MOST_BYTES = 64 << 20
_FEW = 8


@dataclass(frozen=True)
class _Texts:
    """Texts, each once; `of` says for each value met which of them is its own, null for none."""

    texts: pa.StringArray
    of: pa.Int32Array

    def and_of(self, new: Sequence[str | None]) -> _Texts:
        """With the texts of as many more values; a text that is there already keeps its place."""
        given = pa.array(new, pa.string())
        found = find(given, self.texts)
        texts = self.texts
        if found.null_count > given.null_count:
            strange = pc.unique(given.filter(pc.is_null(found))).drop_null()
            added = pc.add(find(given, strange), pa.scalar(len(texts), pa.int32()))
            found = pc.coalesce(found, added)
            texts = pa.concat_arrays([texts, strange])
        return _Texts(texts, pa.concat_arrays([self.of, found]))

    def spread(self, numbers: pa.Int32Array) -> pa.DictionaryArray:
        """The text of each cell; the dictionary holds those of these cells, in order of the cells."""
        place, used = first_met(self.of.take(numbers), len(self.texts))
        return pa.DictionaryArray.from_arrays(place, self.texts.take(used))


@dataclass(frozen=True)
class _Kept:
    """What is known at one moment. It only grows, so a number holds for all that grew out of it."""

    born: object
    values: pa.StringArray
    token: _Texts
    state: _Texts
    stand_in: _Texts
    alike: _Texts

    @staticmethod
    def nothing() -> _Kept:
        none = _Texts(pa.array([], pa.string()), pa.array([], pa.int32()))
        return _Kept(object(), none.texts, none, none, none, none)

    @property
    def is_full(self) -> bool:
        held = self.values.nbytes + sum(
            one.texts.nbytes for one in (self.token, self.stand_in, self.alike)
        )
        return len(self.values) > _MOST_KNOWN or held > _MOST_BYTES

    def and_of(self, new: pa.StringArray, made: Tokens, alike: Sequence[str | None]) -> _Kept:
        return _Kept(
            self.born,
            pa.concat_arrays([self.values, new]),
            self.token.and_of(made.token),
            self.state.and_of(made.state),
            self.stand_in.and_of(made.stand_in),
            self.alike.and_of(alike),
        )


@dataclass(frozen=True)
class Told:
    """What stands for the cells of one block's column. `number` is null where the cell is."""

    _kept: _Kept
    number: pa.Int32Array

    @cached_property
    def is_plain(self) -> bool:
        """Whether every value has a token, so that there is no state to tell."""
        if len(self._kept.state.texts) == 0:
            return True
        ok = pc.index(self._kept.state.texts, "ok").as_py()
        states = self._kept.state.of.take(self.number)
        return bool(pc.all(pc.equal(states, ok), min_count=0).as_py())

    @property
    def token(self) -> pa.DictionaryArray:
        return self._kept.token.spread(self.number)

    @property
    def alike(self) -> pa.DictionaryArray:
        return self._kept.alike.spread(self.number)

    def mark(self, field: str) -> pa.StringArray:
        """`field:state` for each cell that gives no token, else null."""
        states = self._kept.state
        words = [None if s == "ok" else f"{field}:{s}" for s in states.texts.to_pylist()]
        return pa.array(words, pa.string()).take(states.of.take(self.number))

    @property
    def key_part(self) -> pa.StringArray:
        """The token, or what keeps a cell without one apart from others; null for an empty cell."""
        token = plain_text(self.token)
        return token if self.is_plain else pc.coalesce(token, plain_text(self._stand_in))

    @property
    def _stand_in(self) -> pa.DictionaryArray:
        return self._kept.stand_in.spread(self.number)

    def table(self) -> pa.Table:
        """Columns plain, token, state, stand_in, alike: one row per distinct cell of the block."""
        _, used = first_met(self.number, len(self._kept.values))
        one = Told(self._kept, used)
        return pa.table(
            {
                "plain": self._kept.values.take(used),
                "token": plain_text(one.token),
                "state": plain_text(self._kept.state.spread(used)),
                "stand_in": plain_text(one._stand_in),
                "alike": plain_text(one.alike),
            }
        )


class Met:
    """Tokens and comparison tokens of one field of a file, made once per value. Bounded in size.

    Blocks of the file may ask side by side. Without `tokenised` the field is compared only.
    """

    def __init__(self, field: ContractField, border: Border, tokenised: bool) -> None:
        self._field, self._border, self._tokenised = field, border, tokenised
        self._turn = Lock()
        self._kept = _Kept.nothing()

    def look_up(self, cells: pa.StringArray) -> Told:
        kept = self._kept
        number = find(cells, kept.values)
        if number.null_count == cells.null_count:
            return Told(kept, number)
        with self._turn:
            if self._kept.is_full:
                self._kept = _Kept.nothing()
            if self._kept.born is not kept.born:
                kept = self._kept
                number = find(cells, kept.values)
            unmet = pc.is_null(number)
            strange = cells.filter(unmet)
            # Another block may have met some of these in the meantime.
            theirs = self._kept.values.slice(len(kept.values))
            new = pc.unique(strange.filter(pc.is_null(find(strange, theirs)))).drop_null()
            if len(new):
                self._kept = self._with(self._kept, new)
            later = find(strange, self._kept.values.slice(len(kept.values)))
            later = pc.add(later, pa.scalar(len(kept.values), pa.int32()))
            return Told(self._kept, pc.replace_with_mask(number, unmet, later))

    def _with(self, kept: _Kept, new: pa.StringArray) -> _Kept:
        cells = new.to_pylist()
        nothing: list[str | None] = [None] * len(cells)
        made = Tokens(nothing, ["ok"] * len(cells), nothing)
        if self._tokenised:
            made = tokenise(self._field, cells, self._border)
        alike = nothing
        if self._field.compare:
            alike = token_texts(self._field.compare, cells, self._border.tokeniser)
        return kept.and_of(new, made, alike)


def find(cells: pa.Array, values: pa.Array) -> pa.Int32Array:
    """For each cell the place of its value among distinct values, null where it has none."""
    if len(cells) * _FEW > len(values):
        return pc.index_in(cells, value_set=values, skip_nulls=True)
    # What is searched in is hashed first: of a few cells and many values let it be the cells.
    coded = cells.dictionary_encode()
    met = pc.index_in(values, value_set=coded.dictionary, skip_nulls=True)
    place = np.full(len(coded.dictionary), -1, np.int32)
    place[np.asarray(met.drop_null())] = np.flatnonzero(np.asarray(met.is_valid()))
    return pa.array(place, mask=place < 0).take(coded.indices)


def first_met(numbers: pa.Int32Array, most: int) -> tuple[pa.Int32Array, pa.Int32Array]:
    """Numbers below `most` as places among those that occur, which come in order of their first cell.

    The same as `dictionary_encode`, which hashes, at a third of its cost.
    """
    gone = None
    if numbers.null_count:
        gone = np.asarray(numbers.is_null())
        numbers = numbers.drop_null()
    wanted = np.asarray(numbers)
    cells = np.arange(len(wanted), dtype=np.int32)
    first = np.empty(most, np.int32)
    first[wanted[::-1]] = cells[::-1]
    used = wanted[first[wanted] == cells]
    first[used] = np.arange(len(used), dtype=np.int32)
    place = first[wanted]
    if gone is not None:
        whole = np.zeros(len(gone), np.int32)
        whole[~gone] = place
        place = whole
    return pa.array(place, mask=gone), pa.array(used)


def plain_text(column: pa.Array) -> pa.Array:
    """The column without a dictionary."""
    if not pa.types.is_dictionary(column.type):
        return column
    return column.dictionary.take(column.indices)
