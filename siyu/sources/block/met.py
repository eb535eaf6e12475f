"""The values met so far in one column of a file, and what stands for each behind the border.

Values, tokens and texts are held in native memory and found again there: only a value that was never
met becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siyu.identity.normalise import State
from siyu.sources.block.cells import plain_text
from siyu.sources.block.compare import token_texts
from siyu.sources.block.known import Grown, Known
from siyu.sources.block.texts import Coded, Texts, first_met, nullable
from siyu.sources.block.tokens import Border, Tokens, tokenise
from siyu.sources.contracts.field import ContractField

# Past this much what is known of a column is dropped and made again when met.
_MOST_KNOWN = 300_000
_MOST_BYTES = 64 << 20
_STATES = get_args(State)
_OK = _STATES.index("ok")


class _Kept:
    """What is known. It only grows, and a value keeps its number."""

    def __init__(self) -> None:
        self.values = Known()
        self.token, self.stand_in, self.alike = Texts(), Texts(), Texts()
        self.state = Grown(np.int8)
        self.is_plain = True

    @property
    def is_full(self) -> bool:
        held = sum(one.nbytes for one in (self.values, self.token, self.stand_in, self.alike))
        return len(self.values) > _MOST_KNOWN or held > _MOST_BYTES

    def add(
        self,
        new: pa.StringArray,
        hashes: np.ndarray,
        made: Tokens,
        alike: Sequence[str | None],
    ) -> np.ndarray:
        self.token.add(made.token)
        self.stand_in.add(made.stand_in)
        self.alike.add(alike)
        state = np.array([_STATES.index(s) for s in made.state], np.int8)
        self.state.add(state)
        self.is_plain &= bool((state == _OK).all())
        # Last: whoever finds a value finds all that stands for it.
        return self.values.add(new, hashes)


@dataclass(frozen=True)
class Told:
    """What stands for the cells of one block's column. `_number` is -1 where the cell is null."""

    _kept: _Kept
    _number: np.ndarray

    @cached_property
    def is_plain(self) -> bool:
        """Whether every value has a token, so that there is no state to tell."""
        return self._kept.is_plain or bool((self._state[self._number >= 0] == _OK).all())

    @property
    def token(self) -> Coded:
        return Coded(self._kept.token, self._number)

    @property
    def alike(self) -> Coded:
        return Coded(self._kept.alike, self._number)

    def mark(self, field: str) -> pa.StringArray:
        """`field:state` for each cell that gives no token, else null."""
        words = [None if s == "ok" else f"{field}:{s}" for s in _STATES]
        return pa.array(words, pa.string()).take(nullable(self._state))

    @property
    def key_part(self) -> pa.StringArray:
        """The token, or what keeps a cell without one apart from others; null for an empty cell."""
        token = plain_text(self.token.spread())
        return token if self.is_plain else pc.coalesce(token, plain_text(self._stand_in.spread()))

    @property
    def _state(self) -> np.ndarray:
        found = self._kept.state.at(self._number)
        found[self._number < 0] = -1
        return found

    @property
    def _stand_in(self) -> Coded:
        return Coded(self._kept.stand_in, self._number)

    def table(self) -> pa.Table:
        """Columns plain, token, state, stand_in, alike: one row per distinct cell of the block."""
        _, used = first_met(self._number, len(self._kept.values))
        one = Told(self._kept, used)
        return pa.table(
            {
                "plain": self._kept.values.texts.take(used),
                "token": plain_text(one.token.spread()),
                "state": pa.array(_STATES, pa.string()).take(one._state),
                "stand_in": plain_text(one._stand_in.spread()),
                "alike": plain_text(one.alike.spread()),
            }
        )


class Met:
    """Tokens and comparison tokens of one field of a file, made once per value. Bounded in size.

    Blocks of the file may ask side by side. Without `tokenised` the field is compared only.
    """

    def __init__(self, field: ContractField, border: Border, tokenised: bool) -> None:
        self._field, self._border, self._tokenised = field, border, tokenised
        self._turn = Lock()
        self._kept = _Kept()

    def look_up(self, cells: pa.StringArray, hashes: np.ndarray) -> Told:
        """What stands for these cells; `hashes` are those of `hashes_of`."""
        kept = self._kept
        if cells.null_count == len(cells):
            return Told(kept, np.full(len(cells), -1, np.int32))
        number = kept.values.find(cells, hashes)
        if (number < 0).sum() == cells.null_count:
            return Told(kept, number)
        with self._turn:
            if self._kept.is_full:
                self._kept = _Kept()
            if self._kept is not kept:
                kept = self._kept
                number = kept.values.find(cells, hashes)
            rows = np.flatnonzero((number < 0) & np.asarray(cells.is_valid()))
            coded = cells.take(rows).dictionary_encode()
            values, codes = coded.dictionary, np.asarray(coded.indices)
            mixed = np.empty(len(values), np.uint64)
            mixed[codes] = hashes[rows]
            # Another block may have met some of these in the meantime.
            place = kept.values.find(values, mixed)
            unmet = place < 0
            if unmet.any():
                new = values.filter(pa.array(unmet))
                place[unmet] = kept.add(new, mixed[unmet], *self._made(new.to_pylist()))
            number[rows] = place[codes]
        return Told(kept, number)

    def _made(self, cells: list[str]) -> tuple[Tokens, Sequence[str | None]]:
        nothing: list[str | None] = [None] * len(cells)
        made = Tokens(nothing, ["ok"] * len(cells), nothing)
        if self._tokenised:
            made = tokenise(self._field, cells, self._border)
        alike: Sequence[str | None] = nothing
        if self._field.compare:
            alike = token_texts(self._field.compare, cells, self._border.tokeniser)
        return made, alike
