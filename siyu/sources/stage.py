"""One file opened: its contract found, its records as rows of text in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from siyu.sources.clean import sql_text
from siyu.sources.contract import Contract
from siyu.sources.read.open_file import open_tables
from siyu.sources.read.table import Body, Table
from siyu.sources.recognise import Match, Unrecognised, recognise


@dataclass(frozen=True)
class Staged:
    """A recognised table of a file."""

    match: Match
    table: Table

    @property
    def contract(self) -> Contract:
        return self.match.contract


def stage(path: Path, contracts: Mapping[str, Contract]) -> Staged:
    """Open a file and find the one table that a contract knows.

    Raises Unreadable or Unrecognised, in one line, when there is none.
    """
    faults = []
    for table in open_tables(path, contracts):
        fitting = {
            name: c
            for name, c in contracts.items()
            if table.file_format not in ("json", "jsonl") or c.records_at == table.records_at
        }
        try:
            return Staged(recognise(table.head, table.file_format, fitting), table)
        except Unrecognised as fault:
            faults.append(f"sheet {table.sheet}: {fault}" if table.sheet else str(fault))
    raise Unrecognised(faults[0])


def load_cells(con: duckdb.DuckDBPyConnection, staged: Staged, spare: Path) -> Body:
    """Fill temp table `cells` (_row from 1, c0 …, _split: null or why a record did not split)."""
    match = staged.match
    footer = match.contract.recognise.footer_starts_with
    width = len(match.names)
    body = staged.table.body(match.header_row, width, footer, spare)
    try:
        if not body.checked:
            _read(con, body, width)
            if con.execute("select count(*) from cells").fetchall()[0][0] == body.records:
                return body
    except duckdb.Error:
        # A ragged row or a stray quote: the slower reader says which rows are at fault.
        pass
    if not body.checked:
        body = staged.table.checked_body(match.header_row, width, footer, spare)
    _read(con, body, width)
    return body


def _read(con: duckdb.DuckDBPyConnection, body: Body, width: int) -> None:
    names = [f"c{i}" for i in range(width)]
    columns = ", ".join(
        f"'{n}': 'VARCHAR'" for n in [*names, *(["_split"] if body.checked else [])]
    )
    split = "nullif(_split, '')" if body.checked else "null::varchar"
    con.execute(
        f"create or replace temp table cells as select row_number() over () as _row,"
        f" {', '.join(names)}, {split} as _split from read_csv({sql_text(str(body.path))},"
        f" header = false, skip = {body.skip}, auto_detect = false, columns = {{{columns}}},"
        f" delim = {sql_text(body.delimiter)}, quote = '\"', escape = '\"',"
        " null_padding = false, strict_mode = true, max_line_size = 33554432)"
    )
