"""One file opened: which contract knows each of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.header import number_names
from siyu.sources.read.csv_file import CsvTable
from siyu.sources.read.open_file import open_tables
from siyu.sources.read.table import Table, Unreadable
from siyu.sources.recognise.recognise import Match, Unrecognised, recognise

# A sheet with fewer cells than this in every row is a note to the reader, not a table.
_TABLE_CELLS = 2
_TABLE_ROWS = 2


@dataclass(frozen=True)
class Staged:
    """A recognised table of a file."""

    match: Match
    table: Table

    @property
    def contract(self) -> Contract:
        return self.match.contract

    @property
    def place(self) -> str:
        """Where in its file the table stands; empty when it is the file."""
        start, end = self.match.span
        beside = f"columns {start + 1}-{end}" if start or end < len(self.head_row) else ""
        return " ".join(p for p in (self.table.sheet, beside) if p)

    @property
    def head_row(self) -> list[str]:
        return self.table.head[self.match.header_row]


@dataclass(frozen=True)
class Unread:
    """A table of a file that no contract knows, though another of the same file was known."""

    sheet: str
    message: str


def stage_all(path: Path, contracts: Mapping[str, Contract]) -> tuple[list[Staged], list[Unread]]:
    """Open a file; every table that a contract knows, and every other that is more than a note.

    Raises Unreadable or Unrecognised, in one line, when no contract knows any of them.
    """
    contracts = {name: c for name, c in contracts.items() if c.reads_files}
    found: list[Staged] = []
    unread: list[Unread] = []
    first: str | None = None
    for table in open_tables(path, contracts):
        is_json = table.file_format in ("json", "jsonl")
        fitting = {
            name: c
            for name, c in contracts.items()
            if not is_json or c.records_at == table.records_at
        }
        try:
            found += [
                Staged(match, table) for match in recognise(table.head, table.file_format, fitting)
            ]
        except Unrecognised as fault:
            message = f"sheet {table.sheet}: {fault}" if table.sheet else str(fault)
            first = first or message
            if table.sheet and _is_table(table):
                unread.append(Unread(table.sheet, message))
            continue
        if is_json:
            # Lists of one reply are views of the same records: the first one known is the file.
            break
    if not found:
        raise Unrecognised(first or "no table in it; a table with a header is needed")
    return found, unread


def stage(path: Path, contracts: Mapping[str, Contract]) -> Staged:
    """The first table of a file that a contract knows. Raises as `stage_all` does."""
    return stage_all(path, contracts)[0][0]


def stage_pulled(path: Path, contract: Contract) -> Staged:
    """A file that was read from the database of a contract: nothing is left to recognise."""
    table = CsvTable(path)
    if not table.head:
        raise Unreadable("a file read from a database is empty; remove it, and it is read again")
    header = table.head[0]
    return Staged(Match(contract, 0, number_names(header), (0, len(header))), table)


def _is_table(table: Table) -> bool:
    wide = sum(sum(1 for c in row if c.strip()) >= _TABLE_CELLS for row in table.head)
    return wide >= _TABLE_ROWS
