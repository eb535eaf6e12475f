"""Spreadsheets through calamine: every sheet is a table, every cell becomes text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from siyu.sources.read.blocks import Block, body_rows, in_row_blocks
from siyu.sources.read.table import HEAD_ROWS, Span, Unreadable
from siyu.sources.read.workbook_size import refuse_unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

# A spreadsheet number holds 15 digits; a longer id in a number cell has lost its end.
_EXACT = 10**15


class SheetTable:
    """One sheet of a workbook."""

    file_format = "xlsx"
    records_at: str | None = None

    encoding: str | None = None

    def __init__(self, sheet: CalamineSheet) -> None:
        self._cells = sheet
        # Columns before the first that holds anything are left out by the reader.
        self._before = [""] * (sheet.start[1] if sheet.start else 0)
        self.sheet: str | None = sheet.name
        self.head = list(islice(self._rows(), HEAD_ROWS))

    def blocks(
        self, header_row: int, span: Span, footer: str | None, whole: bool
    ) -> Iterator[Block]:
        rows = islice(self._rows(), header_row + 1, None)
        yield from in_row_blocks(body_rows(rows, span, footer), whole)

    def _rows(self) -> Iterator[list[str]]:
        # Rows become Python objects when they are asked for: all of a sheet's at once are many.
        for row in self._cells.iter_rows():
            texts = [cell if type(cell) is str else cell_text(cell) for cell in row]
            yield self._before + texts if self._before else texts


def open_workbook(path: Path) -> list[SheetTable]:
    """The sheets that hold anything. Raises Unreadable for a broken workbook."""
    from python_calamine import CalamineWorkbook

    try:
        refuse_unreadable(path)
        book = CalamineWorkbook.from_path(str(path))
        tables = [SheetTable(book.get_sheet_by_name(n)) for n in book.sheet_names]
    except (Unreadable, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # calamine raises a family of its own, with file names and offsets in the text; what its
        # makers did not foresee is a PanicException, which is no Exception.
        raise Unreadable(
            f"spreadsheet is broken or incomplete ({type(error).__name__}); download it again"
        ) from None
    return [t for t in tables if t.head]


def cell_text(cell: object) -> str:
    """A cell as an export would write it; a number past 15 digits shows that it is damaged."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell)) if abs(cell) < _EXACT else f"{cell:.14E}"
        return repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
