"""CSV files in any encoding that Chinese platforms use."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from siyu.sources.read.blocks import (
    BLOCK_BYTES,
    Block,
    before_footer,
    body_rows,
    in_row_blocks,
    split_records,
)
from siyu.sources.read.encoding import detect_encoding
from siyu.sources.read.table import HEAD_ROWS, Span

_CHUNK = 1 << 16
# In these a line end, a quote, a comma or a tab is that byte wherever it stands.
_CUT_AS_BYTES = ("utf-8", "utf-8-sig", "gb18030")

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
        size = None if whole else BLOCK_BYTES
        letters = "gb18030" if self.encoding == "gb18030" else "utf-8"
        blocks = split_records(chunks, self._delimiter, size, letters)
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
        """The file without its first lines; a lone carriage return ends a line too."""
        chunks = self._bytes()
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

    def _bytes(self) -> Iterator[bytes]:
        """The file as it is, or as UTF-8 where its bytes cannot be told apart one by one."""
        if self.encoding in _CUT_AS_BYTES:
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
