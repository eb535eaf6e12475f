"""A file's records in blocks of bounded size, so that memory does not grow with the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

BLOCK_BYTES = 6 << 20
BLOCK_ROWS = 20_000
# A quote that never closes hides every line end after it; past this the lines are read one by one.
_PATIENCE = 2
_LINE_END, _QUOTE = ord("\n"), ord('"')
_BLANK = b" \t\r\n,"


@dataclass(frozen=True)
class TextBlock:
    """Whole records as CSV, in UTF-8 or GB18030. In a `torn` block quotes do not pair up: each line
    is a record.
    """

    data: bytes
    delimiter: str
    torn: bool = False
    encoding: str = "utf-8"

    def in_utf8(self) -> TextBlock:
        if self.encoding == "utf-8":
            return self
        return replace(self, data=self.data.decode(self.encoding).encode(), encoding="utf-8")

    def most_records(self) -> int:
        """How many records there are at most: line ends outside quotes, blank lines included."""
        return self._most_records

    @property
    def has_line_ends_in_cells(self) -> bool:
        return b'"' in self.data and self._line_ends.size + 1 > self._most_records

    @cached_property
    def _most_records(self) -> int:
        if self.torn or b'"' not in self.data:
            return self._line_ends.size + 1
        quotes = np.flatnonzero(np.frombuffer(self.data, np.uint8) == _QUOTE)
        return int((np.searchsorted(quotes, self._line_ends) % 2 == 0).sum()) + 1

    @cached_property
    def _line_ends(self) -> np.ndarray:
        # Unlike counting in bytes this lets other threads go on.
        return np.flatnonzero(np.frombuffer(self.data, np.uint8) == _LINE_END)

    def rows(self, width: int) -> Iterator[list[str]]:
        """The records read by Python: slower, and right for ragged rows and stray quotes."""
        text = self.data.decode(self.encoding)
        if not self.torn:
            try:
                strict = csv.reader(
                    io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True
                )
                yield from list(strict)
                return
            except csv.Error:
                pass
        yield from _lines(text, self.delimiter, width)


@dataclass(frozen=True)
class RowBlock:
    """Records that a reader has taken apart already, such as the rows of a sheet."""

    cells: Sequence[list[str]]

    def most_records(self) -> int:
        return len(self.cells)

    def rows(self, width: int) -> Iterator[list[str]]:
        yield from self.cells


Block = TextBlock | RowBlock


def split_records(
    chunks: Iterable[bytes], delimiter: str, size: int | None, encoding: str
) -> Iterator[TextBlock]:
    """Blocks of about `size` bytes, cut at line ends outside quotes; one block when size is None."""
    parts: list[bytes] = []
    held = 0
    for chunk in chunks:
        parts.append(chunk)
        held += len(chunk)
        if size is None or held < size:
            continue
        last = chunk.rfind(b"\n") + 1
        data = b"".join([*parts[:-1], memoryview(chunk)[:last]])
        if last and b'"' not in data:
            yield TextBlock(data, delimiter, False, encoding)
            parts, held = [chunk[last:]], len(chunk) - last
            continue
        data += memoryview(chunk)[last:]
        end, torn = _even_end(data), False
        if not end and held > _PATIENCE * size:
            end, torn = data.rfind(b"\n") + 1, True
        if end:
            yield TextBlock(data[:end], delimiter, torn, encoding)
            data = data[end:]
        parts, held = [data], len(data)
    data = b"".join(parts)
    if data.strip(_BLANK):
        yield TextBlock(data, delimiter, data.count(b'"') % 2 == 1, encoding)


def before_footer(blocks: Iterable[TextBlock], footer: str) -> Iterator[TextBlock]:
    """The blocks up to the record that begins with the footer; what follows is no data."""
    for block in blocks:
        guard, start = (re.escape(s.encode(block.encoding)) for s in ("\ufeff", footer))
        for found in re.finditer(rb"(?m)^(?:[ \t'`\"]|" + guard + rb")*" + start, block.data):
            before = block.data[: found.start()]
            if block.torn or before.count(b'"') % 2 == 0:
                if before.strip(_BLANK):
                    yield replace(block, data=before, torn=before.count(b'"') % 2 == 1)
                return
        yield block


def in_row_blocks(rows: Iterable[list[str]], whole: bool) -> Iterator[RowBlock]:
    """Rows in blocks of bounded length, or in one when the contract looks across rows."""
    held: list[list[str]] = []
    for row in rows:
        held.append(row)
        if len(held) == BLOCK_ROWS and not whole:
            yield RowBlock(held)
            held = []
    if held:
        yield RowBlock(held)


def body_rows(
    rows: Iterable[Sequence[str]], span: tuple[int, int], footer: str | None
) -> Iterator[list[str]]:
    """The cells of one table of a sheet: its columns only, blank rows left out, up to the footer."""
    start, end = span
    for row in rows:
        cells = list(row[start:end])
        if is_blank(cells) and is_blank(row[end:]):
            continue
        if footer and cells and cells[0].strip(" \t\ufeff'`\"").startswith(footer):
            return
        yield cells


def is_blank(row: Sequence[str]) -> bool:
    """Whether no cell of a row shows anything."""
    # Nearly every row shows something in its first cell.
    if row and row[0] and not row[0].isspace():
        return False
    return not any(cell.strip() for cell in row)


def _even_end(data: bytes) -> int:
    quotes, end = data.count(b'"'), len(data)
    for _ in range(10_000):
        at = data.rfind(b"\n", 0, end)
        if at < 0:
            return 0
        quotes -= data.count(b'"', at, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0


def _lines(text: str, delimiter: str, width: int) -> Iterator[list[str]]:
    """Every line for itself; in a line with a stray quote only whole pairs of quotes count."""
    for line in io.StringIO(text, newline=""):
        if line.count('"') % 2 == 0:
            yield next(csv.reader([line], delimiter=delimiter), [])
            continue
        cells = [_unquoted(c) for c in line.rstrip("\r\n").split(delimiter)]
        # Part of a record that a line break has torn: the surplus cell marks it as refused.
        torn = [] if len(cells) == width else [*[""] * (width - len(cells)), "torn"]
        yield [*cells, *torn]


def _unquoted(cell: str) -> str:
    whole = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if whole else cell
