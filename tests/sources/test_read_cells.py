"""A block read at once gives the cells that Python gives, record by record, or it is not read so."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siyu.sources.block.read_cells import read_cells
from siyu.sources.read.blocks import RowBlock, TextBlock

PARTS = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "\r", "", " ", "茶", "乗", "7", '="7"', "\u3000"]
)
QUOTED = st.text("茶,\n\r7 \u3000", max_size=3).map(lambda cell: '"' + cell + '"')


@given(st.lists(PARTS | QUOTED, max_size=24).map("".join), st.sampled_from([",", "\t", "|"]))
@example('"茶\n",7,"乗"\n7,"",\n', ",")
@example('="7",茶"乗,\n"7","7","7"', ",")
def test_a_block_read_at_once_gives_the_cells_that_python_gives(text: str, delimiter: str) -> None:
    for name in ("utf-8", "gb18030"):
        data = text.replace(",", delimiter).encode(name)
        block = TextBlock(data, delimiter, data.count(b'"') % 2 == 1, name)
        by_python = RowBlock(list(block.rows(3)))
        found, expected = (read_cells(one, 3).table() for one in (block, by_python))
        assert found.to_pydict() == expected.to_pydict()


@pytest.mark.parametrize("name", ["utf-8", "gb18030"])
def test_well_quoted_cells_are_read_without_python(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(TextBlock, "rows")
    text = '"茶 ""壶""","a,b","x\r\ny"\r\n="19300001",5"茶"屏,\r\n'
    read = read_cells(TextBlock(text.encode(name), ",", False, name), 3).table()
    assert read.select(["c0", "c1", "c2"]).to_pylist() == [
        {"c0": '茶 "壶"', "c1": "a,b", "c2": "x\r\ny"},
        {"c0": '="19300001"', "c1": '5"茶"屏', "c2": ""},
    ]
