"""CSV files in any encoding that Chinese platforms use."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from siyu.sources.read.rows import write_rows
from siyu.sources.read.table import HEAD_ROWS, Body, Unreadable

_CHUNK = 1 << 20
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
        self.encoding = detect_encoding(path)
        with path.open(encoding=self.encoding, newline="") as file:
            sample = file.read(1 << 16)
        self._delimiter = "\t" if _parted_by_tabs(sample) else ","
        self.head = list(islice(self._rows(), HEAD_ROWS))

    def body(self, header_row: int, width: int, footer: str | None, spare: Path) -> Body:
        """The file itself where it is clean UTF-8 with the header first, else a copy."""
        plain = self.encoding in ("utf-8", "utf-8-sig") and header_row == 0 and footer is None
        first_line_is_header = bool(self.head) and not any("\n" in c for c in self.head[0])
        if not plain or not first_line_is_header:
            if self.encoding in ("utf-8", "utf-8-sig") or footer or header_row:
                return self.checked_body(header_row, width, footer, spare)
            self._transcode(spare)
        source = self._path if plain and first_line_is_header else spare
        records, balanced = count_records(source)
        if not balanced:
            return self.checked_body(header_row, width, footer, spare)
        return Body(source, self._delimiter, 1, records - 1, False, self.encoding)

    def checked_body(self, header_row: int, width: int, footer: str | None, spare: Path) -> Body:
        read = self._rows() if self._quotes_balance() else self._lines(width)
        rows = islice(read, header_row + 1, None)
        records = write_rows(rows, width, footer, spare)
        return Body(spare, ",", 0, records, True, self.encoding)

    def _rows(self) -> Iterator[list[str]]:
        with self._path.open(encoding=self.encoding, newline="") as file:
            yield from csv.reader(file, delimiter=self._delimiter)

    def _lines(self, width: int) -> Iterator[list[str]]:
        """Every line for itself; in a line with a stray quote only whole pairs of quotes count."""
        with self._path.open(encoding=self.encoding, newline="") as file:
            for line in file:
                if line.count('"') % 2 == 0:
                    yield next(csv.reader([line], delimiter=self._delimiter), [])
                    continue
                cells = [_unquoted(c) for c in line.rstrip("\r\n").split(self._delimiter)]
                # Part of a record that a line break has torn: the surplus cell marks it as refused.
                torn = [] if len(cells) == width else [*[""] * (width - len(cells)), "torn"]
                yield [*cells, *torn]

    def _quotes_balance(self) -> bool:
        # One stray quote would swallow the rest of the file; then lines are read one by one.
        with self._path.open(encoding=self.encoding, newline="") as file:
            quotes = sum(chunk.count('"') for chunk in iter(lambda: file.read(_CHUNK), ""))
        return quotes % 2 == 0

    def _transcode(self, spare: Path) -> None:
        with (
            self._path.open(encoding=self.encoding, newline="") as source,
            spare.open("w", encoding="utf-8", newline="") as target,
        ):
            for chunk in iter(lambda: source.read(_CHUNK), ""):
                target.write(chunk)


def _parted_by_tabs(sample: str) -> bool:
    votes = 0
    for line in _QUOTED.sub("q", sample).splitlines()[:HEAD_ROWS]:
        tabs, commas = len(_PARTING_TAB.findall(line)), line.count(",")
        votes += (tabs > commas) - (commas > tabs)
    return votes > 0


def _unquoted(cell: str) -> str:
    whole = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if whole else cell


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


def count_records(path: Path) -> tuple[int, bool]:
    """Logical records of a CSV (line ends outside quotes) and whether its quotes balance."""
    records, inside, last = 0, 0, b"\n"
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            pieces = chunk.split(b'"')
            records += sum(piece.count(b"\n") for piece in pieces[inside::2])
            inside = (inside + len(pieces) - 1) % 2
            last = chunk[-1:]
    return records + (last != b"\n"), inside == 0


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            for chunk in iter(lambda: file.read(_CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
