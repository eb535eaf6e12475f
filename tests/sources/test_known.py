"""Texts met before are found again, each at its own place, whatever their hashes."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from siyu.sources.block.known import Known, hashes_of

CON = duckdb.connect()
TEXTS = st.sampled_from(["", "a", "b", "茶", "茶友", "茶友0000001", "茶友0000002"])
BLOCKS = st.lists(st.lists(st.none() | TEXTS), max_size=6)


def add(known: Known, new: list[str]) -> list[int]:
    texts = pa.array(new, pa.string())
    return known.add(texts, hashes_of(CON, {"new": texts})["new"]).tolist()


@given(BLOCKS, st.integers(0, 3))
def test_a_text_keeps_the_place_it_was_first_given(
    blocks: list[list[str | None]], cut: int
) -> None:
    known, place_of = Known(), dict[str, int]()
    for block in blocks:
        cells = pa.array([None, "", "b"][:cut] + block, pa.string()).slice(cut)
        found = known.find(cells, hashes_of(CON, {"cells": cells})["cells"])
        assert found.tolist() == [-1 if c is None else place_of.get(c, -1) for c in block]
        new = [c for c in dict.fromkeys(block) if c is not None and c not in place_of]
        place_of |= dict(zip(new, add(known, new), strict=True))
        assert known.texts.to_pylist() == list(place_of)


@given(st.lists(TEXTS, unique=True), st.lists(st.none() | TEXTS))
def test_a_text_is_never_taken_for_another_of_the_same_hash(
    texts: list[str], wanted: list[str | None]
) -> None:
    known = Known()
    known.add(pa.array(texts, pa.string()), np.zeros(len(texts), np.uint64))
    found = known.find(pa.array(wanted, pa.string()), np.zeros(len(wanted), np.uint64))
    for cell, place in zip(wanted, found.tolist(), strict=True):
        assert place < 0 or texts[place] == cell


def test_what_was_given_out_does_not_change_when_more_is_added() -> None:
    known = Known()
    for step in range(30):
        before = known.texts
        told = before.to_pylist()
        add(known, [f"{step} {n}" for n in range(100)])
        assert before.to_pylist() == told
    assert len(known.texts.unique()) == len(known) == 3_000
