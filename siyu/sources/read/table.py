"""What every reader gives: the first rows to recognise by, and a way to write the body as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from siyu.errors import PermanentFailure

HEAD_ROWS = 200


class Unreadable(PermanentFailure):
    """The bytes of a file are not what they claim to be."""


@dataclass(frozen=True)
class Body:
    """The data rows as UTF-8 CSV. `skip` lines come first; `records` were counted on reading.

    `checked` bodies carry one more cell per row: empty, or `too_many_cells`.
    """

    path: Path
    delimiter: str
    skip: int
    records: int
    checked: bool
    encoding: str | None


class Table(Protocol):
    """One table of a file: a CSV, one sheet of a workbook, one list of records."""

    file_format: str
    sheet: str | None
    head: list[list[str]]
    records_at: str | None

    def body(self, header_row: int, width: int, footer: str | None, spare: Path) -> Body:
        """The rows after the header, up to the footer; `spare` is a path that may be written."""
        ...

    def checked_body(self, header_row: int, width: int, footer: str | None, spare: Path) -> Body:
        """The same, re-written row by row: slower, and right for ragged rows and stray quotes."""
        ...
