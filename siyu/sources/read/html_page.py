"""Web pages that are tables: several platforms write HTML and call the file .xls."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

from siyu.sources.read.blocks import Block, body_rows, in_row_blocks
from siyu.sources.read.encoding import detect_encoding
from siyu.sources.read.table import HEAD_ROWS, Span, Unreadable

_CHUNK = 1 << 20
# A page is held in memory while it is read; exports of this kind are reports, not order books.
_MOST_BYTES = 256 << 20
_MOST_SPAN = 500


class PageTable:
    """One table of a page. A cell that spans rows or columns stands in the first of them."""

    file_format = "html"
    records_at: str | None = None

    def __init__(self, rows: list[list[str]], name: str, encoding: str) -> None:
        self._cells = rows
        self.sheet: str | None = name
        self.encoding: str | None = encoding
        self.head = list(islice(rows, HEAD_ROWS))

    def blocks(
        self, header_row: int, span: Span, footer: str | None, whole: bool
    ) -> Iterator[Block]:
        rows = islice(self._cells, header_row + 1, None)
        yield from in_row_blocks(body_rows(rows, span, footer), whole)


def open_page(path: Path) -> list[PageTable]:
    """The tables of a page that have rows. Raises Unreadable for a page without any."""
    if path.stat().st_size > _MOST_BYTES:
        raise Unreadable("page of more than 256 MB; save it as csv or xlsx")
    encoding = detect_encoding(path)
    reader = _Reader()
    with path.open(encoding=encoding) as file:
        for text in iter(lambda: file.read(_CHUNK), ""):
            reader.feed(text)
    reader.close()
    tables = [t for t in reader.tables if t]
    if not tables:
        raise Unreadable("HTML or XML without a table; open it and save it as csv or xlsx")
    return [PageTable(rows, f"table {n}", encoding) for n, rows in enumerate(tables, start=1)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._blank: list[str] = []
        # Columns in which a cell of a row above still stands: in this row, and for how many more.
        self._covered: set[int] = set()
        self._below: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("table", "tr", "td", "th"):
            # HTML lets a cell end where the next one, or the next row, begins.
            self._end_cell()
        if tag == "table":
            self.tables.append([])
            self._covered, self._below = set(), {}
        elif tag == "tr" and self.tables:
            self._begin_row()
        elif tag in ("td", "th") and self.tables:
            self._begin_cell(dict(attrs))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("table", "tr", "td", "th"):
            self._end_cell()

    def _begin_row(self) -> None:
        self.tables[-1].append([])
        self._covered = set(self._below)
        self._below = {column: rows - 1 for column, rows in self._below.items() if rows > 1}

    def _begin_cell(self, attrs: dict[str, str | None]) -> None:
        if not self.tables[-1]:
            self._begin_row()
        row = self.tables[-1][-1]
        while len(row) in self._covered:
            row.append("")
        wide, high = (_span(attrs.get(name)) for name in ("colspan", "rowspan"))
        if high > 1:
            self._below |= dict.fromkeys(range(len(row), len(row) + wide), high - 1)
        row.append("")
        self._cell, self._blank = [], [""] * (wide - 1)

    def _end_cell(self) -> None:
        if self._cell is not None:
            row = self.tables[-1][-1]
            row[-1] = "".join(self._cell)
            row.extend(self._blank)
            self._cell = None


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.isdecimal() else 1
