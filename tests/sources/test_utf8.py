"""A file is UTF-8 exactly when Python's strict decoder says so, wherever it is cut for looking."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siyu.sources.read import csv_file

# Letters of every length, and what only looks like one: cut, too long, half of a pair, too far.
PIECES = [b"a", b"\n", "é".encode(), "茶".encode(), "𠮷".encode(), "茶".encode()[:2], b"\x80"]
PIECES += [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8", b"\xff", b"\xef\xbb\xbf"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), st.integers(1, 9))
@example(b"", 1)
@example(b"\x80" * 9, 3)
@example("茶".encode() * 3, 2)
def test_what_decodes_is_utf8_and_nothing_else(content: bytes, look: int) -> None:
    try:
        content.decode("utf-8", "strict")
        decodes = True
    except UnicodeDecodeError:
        decodes = False
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_LOOK", look)
        path = Path(folder) / "cells.csv"
        path.write_bytes(content)
        assert csv_file._is_utf8(path) == decodes
