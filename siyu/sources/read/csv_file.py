"""CSV files in any encoding that Chinese platforms use."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from siyu.sources.read.blocks import (
    BLOCK_BYTES,
    Block,
    before_footer,
    body_rows,
    in_row_blocks,
    split_records,
)
from siyu.sources.read.table import HEAD_ROWS, Span, Unreadable

# As much as stays in a core's cache: decoding a megabyte at a time costs twice as much.
_CHUNK = 1 << 16
_LOOK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_QUOTED = re.compile('"[^"]*"')
# A tab beside a comma or at an end of the line guards a cell; any other parts two cells.
_PARTING_TAB = re.compile("(?<=[^,\t])\t+(?=[^,\t])")

csv.field_size_limit(1 << 24)


class CsvTable:
    """A delimited text file. Raises Unreadable when it is text in no known encoding."""

    file_format = "csv"
    sheet: str | None = None
    records_at: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self.encoding: str | None = detect_encoding(path)
        with path.open(encoding=self.encoding, newline="") as file:
            sample = file.read(1 << 16)
        self._delimiter = "\t" if _parted_by_tabs(sample) else ","
        self._ends_in_returns = "\r" in sample and "\n" not in sample
        self.head = list(islice(self._rows(), HEAD_ROWS))

    def blocks(
        self, header_row: int, span: Span, footer: str | None, whole: bool
    ) -> Iterator[Block]:
        if span != (0, len(self.head[header_row])):
            rows = islice(self._rows(), header_row + 1, None)
            yield from in_row_blocks(body_rows(rows, span, footer), whole)
            return
        chunks = self._chunks(self._lines_of(header_row + 1))
        blocks = split_records(chunks, self._delimiter, None if whole else BLOCK_BYTES)
        yield from before_footer(blocks, footer) if footer else blocks

    def _rows(self) -> Iterator[list[str]]:
        with self._path.open(encoding=self.encoding, newline="") as file:
            yield from csv.reader(file, delimiter=self._delimiter)

    def _lines_of(self, records: int) -> int:
        """How many lines the first records take."""
        with self._path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter)
            for _ in islice(reader, records):
                pass
            return reader.line_num

    def _chunks(self, skip_lines: int) -> Iterator[bytes]:
        """The file as UTF-8 without its first lines; a lone carriage return ends a line too."""
        chunks = self._utf8()
        if self._ends_in_returns:
            chunks = (chunk.replace(b"\r", b"\n") for chunk in chunks)
        for chunk in chunks:
            start = 0
            while skip_lines:
                at = chunk.find(b"\n", start)
                if at < 0:
                    break
                start, skip_lines = at + 1, skip_lines - 1
            if not skip_lines:
                yield chunk[start:]

    def _utf8(self) -> Iterator[bytes]:
        if self.encoding in ("utf-8", "utf-8-sig"):
            with self._path.open("rb") as raw:
                raw.seek(len(codecs.BOM_UTF8) if self.encoding == "utf-8-sig" else 0)
                yield from iter(lambda: raw.read(BLOCK_BYTES), b"")
            return
        with self._path.open(encoding=self.encoding, newline="") as file:
            for text in iter(lambda: file.read(_CHUNK), ""):
                yield text.encode()


def _parted_by_tabs(sample: str) -> bool:
    votes = 0
    for line in _QUOTED.sub("q", sample).splitlines()[:HEAD_ROWS]:
        tabs, commas = len(_PARTING_TAB.findall(line)), line.count(",")
        votes += (tabs > commas) - (commas > tabs)
    return votes > 0


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
        return _is_utf8(path)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            for chunk in iter(lambda: file.read(_CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path: Path) -> bool:
    """Whether all of a file is UTF-8, as Arrow sees it: a third of the cost of decoding it."""
    rest = b""
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_LOOK), b""):
            data = rest + chunk
            end = _whole_letters(data)
            if not _valid(memoryview(data)[:end]):
                return False
            rest = data[end:]
    return _valid(memoryview(rest))


def _whole_letters(data: bytes) -> int:
    """Where the last letter begins, so that none is cut before it; a letter takes four bytes at most."""
    for end in range(len(data) - 1, max(len(data) - 5, -1), -1):
        if data[end] & 0xC0 != 0x80:
            return end
    return len(data)


def _valid(data: memoryview) -> bool:
    ends = np.array([0, len(data)], np.int32)
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
