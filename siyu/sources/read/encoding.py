"""Which encoding a text file is in; every byte is looked at, in native code, by all cores."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siyu.sources.read.table import Unreadable

# As much as stays in a core's cache: decoding a megabyte at a time costs twice as much.
_CHUNK = 1 << 16
_LOOK = 1 << 20
# A part of a file below this is read before a thread for it has begun.
_PART = 8 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Python's codec reads, two bytes and four. No byte of a longer letter is a line end, a comma,
# a quote or a tab, so a text may be cut at any of these before it is decoded.
GB18030 = (
    r"(?:[\x00-\x7f]|[\x81-\xfe][\x40-\x7e\x80-\xfe]"
    r"|(?:[\x81-\x83\x90-\xe2][0-9]|\x840|\xe3[01])[\x81-\xfe][0-9]"
    r"|\x841[\x81-\xa4][0-9]|\xe32[\x81-\x99][0-9]|\xe32\x9a[0-5])*"
)


def detect_encoding(path: Path) -> str:
    """By byte order mark, else the first of UTF-8 and GB18030 that reads every byte."""
    with path.open("rb") as file:
        start = file.read(8192)
    for mark, name in _BOMS:
        if start.startswith(mark):
            candidates: tuple[str, ...] = (name,)
            break
    else:
        if b"\0" in start:
            raise Unreadable("binary content; allowed: csv, xlsx, json, jsonl; export it again")
        candidates = ("utf-8", "gb18030")
    for name in candidates:
        if _decodes(path, name):
            return name
    raise Unreadable(f"text is not {' or '.join(candidates)}; save it as UTF-8 and drop it again")


def _decodes(path: Path, encoding: str) -> bool:
    if encoding in ("utf-8", "utf-8-sig"):
        return _all_of(path, _whole_letters, _is_utf8)
    if encoding == "gb18030":
        return _all_of(path, _whole_cells, _is_gb18030)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            for chunk in iter(lambda: file.read(_CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _all_of(
    path: Path, cut: Callable[[bytes], int], is_valid: Callable[[memoryview], bool]
) -> bool:
    """Whether all of a file is valid. `cut` says where bytes may end, none of them needed after."""

    def part_is_valid(ends: tuple[int, int]) -> bool:
        place, end = ends
        rest = b""
        with path.open("rb") as file:
            file.seek(place)
            while chunk := file.read(min(max(_LOOK, len(rest)), end - place)):
                place += len(chunk)
                data = rest + chunk if rest else chunk
                whole = cut(data)
                if not is_valid(memoryview(data)[:whole]):
                    return False
                rest = data[whole:]
        return is_valid(memoryview(rest))

    parts = list(pairwise(_line_starts(path)))
    if len(parts) == 1:
        return part_is_valid(parts[0])
    with ThreadPoolExecutor(len(parts)) as pool:
        return all(pool.map(part_is_valid, parts))


def _line_starts(path: Path) -> list[int]:
    """Where a file begins and ends, and as many starts of lines between as give each core a part."""
    size = path.stat().st_size
    parts = min(os.cpu_count() or 1, max(size // _PART, 1))
    starts = [0]
    with path.open("rb") as file:
        for number in range(1, parts):
            file.seek(max(size * number // parts, starts[-1]))
            if file.readline(_LOOK).endswith(b"\n") and file.tell() < size:
                starts.append(file.tell())
    return [*starts, size]


def _whole_letters(data: bytes) -> int:
    """Where the last letter begins, so that none is cut before it; a letter takes four bytes at most."""
    for end in range(len(data) - 1, max(len(data) - 5, -1), -1):
        if data[end] & 0xC0 != 0x80:
            return end
    return len(data)


def _whole_cells(data: bytes) -> int:
    for mark in (b"\n", b"\r", b","):
        if end := data.rfind(mark) + 1:
            return end
    return 0


def _is_utf8(data: memoryview) -> bool:
    """As Arrow sees it: a third of the cost of decoding."""
    try:
        one_cell(data, pa.string()).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_gb18030(data: memoryview) -> bool:
    """As the pattern says, which unlike the codec lets other threads go on."""
    found = pc.match_substring_regex(one_cell(data, pa.binary()), f"^{GB18030}$")
    return bool(found[0].as_py())


def one_cell(data: bytes | memoryview, kind: pa.DataType) -> pa.Array:
    """All of it as one cell; not copied."""
    ends = np.array([0, len(data)], np.int32)
    return pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])
