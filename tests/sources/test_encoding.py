"""A file is UTF-8 or GB18030 exactly when Python's strict decoder says so, wherever it is cut for looking."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siyu.sources.block.read_cells import Cells, decoded, read_cells
from siyu.sources.read import encoding
from siyu.sources.read.blocks import before_footer, split_records

# Letters of every length, and what only looks like one: cut, too long, half of a pair, too far.
PIECES = [b"a", b"\n", "é".encode(), "茶".encode(), "𠮷".encode(), "茶".encode()[:2], b"\x80"]
PIECES += [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8", b"\xff", b"\xef\xbb\xbf"]
# Second bytes that are a letter, a bar, a backslash or a brace; rare letters and faces; halves.
LETTERS = "a,|\\{@茶丂亅亄乗㐀😀\ufeff\u3000é€\U0010ffff"
WIDE = [letter.encode("gb18030") for letter in LETTERS]
WIDE += [b"\n", b"\x80", b"\xff", b"\x81", b"\x81\x30", b"\x81\x30\x81", b"\x84\x31\xa5\x30"]
WIDE += [b"\xe3\x32\x9a\x36", b"\xfe\x39\xfe\x39", b"\x81\x7f", b"0"]
CUTS = st.tuples(st.integers(1, 9), st.integers(1, 40))


def decodes(content: bytes, name: str) -> bool:
    try:
        content.decode(name, "strict")
    except UnicodeDecodeError:
        return False
    return True


def assert_told_as_python_does(content: bytes, cuts: tuple[int, int], name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_LOOK", cuts[0])
        patch.setattr(encoding, "_PART", cuts[1])
        patch.setattr("os.cpu_count", lambda: 3)
        path = Path(folder) / "cells.csv"
        path.write_bytes(content)
        assert encoding._decodes(path, name) == decodes(content, name)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), CUTS)
@example(b"", (1, 1))
@example(b"\x80" * 9, (3, 9))
@example("茶".encode() * 3, (2, 3))
def test_what_decodes_is_utf8_and_nothing_else(content: bytes, cuts: tuple[int, int]) -> None:
    assert_told_as_python_does(content, cuts, "utf-8")


@given(st.lists(st.sampled_from(WIDE), max_size=12).map(b"".join), CUTS)
@example("茶\n".encode("gb18030") * 4, (2, 3))
@example("茶,😀".encode("gb18030") * 9 + b"\x81", (4, 1))
def test_what_decodes_is_gb18030_and_nothing_else(content: bytes, cuts: tuple[int, int]) -> None:
    assert_told_as_python_does(content, cuts, "gb18030")


def test_every_letter_of_two_or_four_bytes_is_told_as_python_does() -> None:
    seconds = range(0x30, 0x3A)
    tried = [bytes((a, b)) for a in range(256) for b in range(256)]
    tried += [
        bytes((a, b, c, d))
        for a in range(0x80, 0x100)
        for b in seconds
        # All of the third and fourth bytes where the codec's table ends, their edges elsewhere.
        for c in (range(0x80, 0x100) if a in (0x84, 0xE3) else (0x80, 0x81, 0x9A, 0xFE, 0xFF))
        for d in (0x2F, *seconds, 0x3A)
    ]
    found = pc.match_substring_regex(pa.array(tried, pa.binary()), f"^{encoding.GB18030}$")
    assert found.to_pylist() == [decodes(t, "gb18030") for t in tried]


@given(st.lists(st.lists(st.sampled_from([w for w in WIDE if w != b"\n"]), max_size=4)))
@example([[b"a"], ["茶".encode("gb18030")] * 2] * 8)
def test_cells_are_decoded_as_each_is_by_itself(parts: list[list[bytes]]) -> None:
    cells = [b"".join(p) for p in parts]
    column = pa.array([b"skipped", *cells], pa.binary()).slice(1)
    if all(decodes(c, "gb18030") for c in cells):
        found = decoded(column, "gb18030")
        found.validate(full=True)
        assert found.to_pylist() == [c.decode("gb18030") for c in cells]
    else:
        with pytest.raises(UnicodeDecodeError):
            decoded(column, "gb18030")


# Arrow leaves out a mark of byte order with which a block in UTF-8 begins; cleaning does so in any.
IN_CELLS = LETTERS.replace(",", '"').replace("\ufeff", "")
ROW = st.lists(st.text(IN_CELLS, max_size=3), min_size=1, max_size=3)
END = st.sampled_from(["\n", "\r\n", "\n\n", "\r"])


@given(st.lists(st.tuples(ROW, END), min_size=1, max_size=12), st.sampled_from([1, None]))
def test_records_in_gb18030_give_the_cells_that_they_give_in_utf8(
    rows: list[tuple[list[str], str]], size: int | None
) -> None:
    text = "".join(",".join(cells) + end for cells, end in rows) + "\ufeff`茶合计,9\n乗,,\n"
    assert cells_of(text, "gb18030", size) == cells_of(text, "utf-8", size)


def cells_of(text: str, name: str, size: int | None) -> list[tuple[str | None, ...]]:
    """The cells of all blocks before the footer, and why a row was split, in order of the text."""
    data = text.encode(name)
    # Pieces that end at a line end in either encoding, so that both are cut into the same blocks.
    chunks = data.splitlines(keepends=True) if size else [data]
    found: list[tuple[str | None, ...]] = []
    for block in before_footer(split_records(chunks, ",", size, name), "茶合"):
        read: Cells = read_cells(block, 3)
        found += zip(*(c.to_pylist() for c in read.table().columns), strict=True)
    return found
