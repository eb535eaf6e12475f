"""Pieces of a column join to the same column, however they were cut and whatever they were read as."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from siyu.sources.block.texts import Coded, Column, Texts, joined

WORDS = ["", "茶", "普洱", "oolong", "a longer word"]
CELLS = st.lists(st.none() | st.sampled_from(WORDS), max_size=30)
CUT = st.lists(
    st.tuples(CELLS, st.sampled_from(["plain", "dictionary", "first", "second"])), min_size=1
)


def texts_of(order: list[str]) -> tuple[Texts, dict[str | None, int]]:
    """Texts that were met in this order, the last two in a second step, and the number of each."""
    texts = Texts()
    texts.add([*order[:-2], None])
    texts.add(order[-2:])
    numbered = [*order[:-2], None, *order[-2:]]
    return texts, {word: number for number, word in enumerate(numbered) if word is not None}


def piece(cells: list[str | None], kind: str, met: dict[str, tuple[Texts, dict]]) -> Column:
    column = pa.array(cells, pa.string())
    if kind == "plain":
        return column
    if kind == "dictionary":
        return column.dictionary_encode()
    texts, number = met[kind]
    return Coded(texts, np.array([number.get(c, -1) for c in cells], np.int32))


def met() -> dict[str, tuple[Texts, dict]]:
    return {"first": texts_of(WORDS), "second": texts_of(WORDS[::-1])}


@given(CUT)
def test_joined_pieces_hold_every_cell_in_its_place(pieces: list[tuple[list, str]]) -> None:
    here = met()
    found = joined([piece(cells, kind, here) for cells, kind in pieces])
    assert found.to_pylist() == [cell for cells, _ in pieces for cell in cells]


@given(CELLS, st.integers(0, 30), st.integers(0, 30))
def test_a_joined_column_tells_nothing_of_where_it_was_cut_or_when_its_texts_were_met(
    cells: list[str | None], cut: int, dropped: int
) -> None:
    here = met()
    alone = joined([piece(cells, "first", here)])
    cut_once = joined([piece(part, "first", here) for part in (cells[:cut], cells[cut:])])
    # What is known of a column was dropped between two blocks, and met again in another order.
    met_again = joined(
        [piece(cells[:dropped], "first", here), piece(cells[dropped:], "second", here)]
    )
    assert cut_once.equals(alone)
    assert met_again.equals(alone)


def test_a_column_of_nothing_but_nulls_has_no_dictionary() -> None:
    nothing = joined([pa.nulls(2, pa.string()), piece([None], "first", met())])
    assert nothing.type == pa.string()
    assert nothing.to_pylist() == [None] * 3
