"""What stands for a value is the same whenever, and beside whatever, it is met."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.identity.rules import load_identity_rules
from siyu.settings import PROJECT_DIR
from siyu.sources.block import met
from siyu.sources.block.compare import token_texts
from siyu.sources.block.known import hashes_of
from siyu.sources.block.met import Met, Told
from siyu.sources.block.texts import first_met
from siyu.sources.block.tokens import Border, tokenise
from siyu.sources.contracts.field import ContractField
from tests.sources.quirk_machine import TOKENS

CON = duckdb.connect()
BORDER = Border(TOKENS, load_identity_rules(PROJECT_DIR / "config"), None)
PHONE = ContractField.model_validate(
    {"columns": ["电话"], "identifier": {"type": "phone"}, "compare": "phone"}
)
# Two spellings of one phone, a masked one, two that stand for nobody, and plain ones.
CELLS = ["13900001001", "+86 139 0000 1001", "186******05", "13800138000", "none", "13900001002"]
CELLS += [f"139{n:08d}" for n in range(2000, 2030)]
BLOCKS = st.lists(st.lists(st.none() | st.sampled_from(CELLS)), min_size=1, max_size=6)


def assert_told(told: Told, cells: list[str | None]) -> None:
    """Cell by cell what the tokens of that cell alone are."""
    alone = {c: tokenise(PHONE, [c], BORDER) for c in CELLS}
    token = [c and alone[c].token[0] for c in cells]
    state = [c and alone[c].state[0] for c in cells]
    stand_in = [c and alone[c].stand_in[0] for c in cells]
    alike = [c and token_texts("phone", [c], TOKENS)[0] for c in cells]
    assert told.token.spread().to_pylist() == token
    assert told.alike.spread().to_pylist() == alike
    assert told.is_plain == all(s in (None, "ok") for s in state)
    assert told.mark("f").to_pylist() == [
        f"f:{s}" if s not in (None, "ok") else None for s in state
    ]
    assert told.key_part.to_pylist() == [t or s for t, s in zip(token, stand_in, strict=True)]
    met_here = dict.fromkeys(c for c in cells if c)
    rows = zip(cells, token, state, stand_in, alike, strict=True)
    by_cell = {c: (c, *rest) for c, *rest in rows if c}
    assert [tuple(r.values()) for r in told.table().to_pylist()] == [by_cell[c] for c in met_here]


def look_up(phones: Met, cells: list[str | None]) -> Told:
    column = pa.array(cells, pa.string())
    return phones.look_up(column, hashes_of(CON.cursor(), {"cells": column})["cells"])


@given(BLOCKS)
def test_a_value_met_before_stands_for_the_same(blocks: list[list[str | None]]) -> None:
    phones = Met(PHONE, BORDER, tokenised=True)
    for cells in blocks:
        assert_told(look_up(phones, cells), cells)


@given(BLOCKS)
def test_what_was_dropped_is_made_again(blocks: list[list[str | None]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(met, "_MOST_KNOWN", 5)
        phones = Met(PHONE, BORDER, tokenised=True)
        told = [look_up(phones, cells) for cells in blocks]
    for one, cells in zip(told, blocks, strict=True):
        assert_told(one, cells)


def test_blocks_that_ask_at_the_same_time_are_told_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(met, "_MOST_KNOWN", 20)
    phones = Met(PHONE, BORDER, tokenised=True)
    blocks = [CELLS[n % 7 :] + CELLS[: n % 5] for n in range(60)]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda cells: look_up(phones, cells), blocks))
    for one, cells in zip(told, blocks, strict=True):
        assert_told(one, cells)


def test_many_values_met_from_many_sides_keep_what_stands_for_them() -> None:
    names = Met(ContractField(columns=("name",), personal="hash"), BORDER, tokenised=True)
    blocks = [[f"n{(n * 7919 + step * 613) % 9_000}" for n in range(2_000)] for step in range(40)]

    def tokens(cells: list[str | None]) -> list[str | None]:
        column = pa.array(cells, pa.string())
        with CON.cursor() as con:
            hashes = hashes_of(con, {"cells": column})["cells"]
        return names.look_up(column, hashes).token.spread().to_pylist()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(tokens, blocks))
    for found, cells in zip(told, blocks, strict=True):
        assert found == TOKENS.tokens("personal", cells)


@given(BLOCKS)
def test_values_of_one_hash_are_kept_apart(blocks: list[list[str | None]]) -> None:
    phones = Met(PHONE, BORDER, tokenised=True)
    for cells in blocks:
        same = np.full(len(cells), 7, np.uint64)
        assert_told(phones.look_up(pa.array(cells, pa.string()), same), cells)


@given(st.lists(st.none() | st.integers(0, 30)))
def test_numbers_take_places_in_order_of_their_first_cell(numbers: list[int | None]) -> None:
    place, used = first_met(np.array([-1 if n is None else n for n in numbers], np.int32), 31)
    assert used.tolist() == list(dict.fromkeys(n for n in numbers if n is not None))
    assert [None if p < 0 else used[p] for p in place] == numbers
