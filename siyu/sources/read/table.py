"""What every reader gives: the first rows to recognise by, and the body in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from siyu.errors import PermanentFailure
from siyu.sources.read.blocks import Block

HEAD_ROWS = 200
Span = tuple[int, int]


class Unreadable(PermanentFailure):
    """The bytes of a file are not what they claim to be."""


class Table(Protocol):
    """One table of a file: a CSV, one sheet of a workbook, one list of records."""

    file_format: str
    sheet: str | None
    head: list[list[str]]
    records_at: str | None
    encoding: str | None

    def blocks(
        self, header_row: int, span: Span, footer: str | None, whole: bool
    ) -> Iterator[Block]:
        """The rows after the header, up to the footer. `span`: first column and the one past the last."""
        ...
