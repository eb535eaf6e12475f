"""All cells of one unknown file, laid out for the guesses: the widest table, its rows, no totals row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from siyu.errors import ConfigError
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.header import number_names
from siyu.sources.draft.header import find_header
from siyu.sources.read.file_name import readable_name
from siyu.sources.read.open_file import open_tables
from siyu.sources.read.table import Table

_FOOTER = re.compile(r"(总计|合计|小计|总交易|共计|#)")


def widest_table(
    path: Path, contracts: Mapping[str, Contract], known: Mapping[str, object]
) -> tuple[Table, int]:
    """The table of the file with most columns and the row of its header. Raises ConfigError when no
    row names columns."""
    found = []
    for table in open_tables(path, contracts):
        row = find_header(table.head, known)
        if row is not None:
            found.append((len(set(number_names(table.head[row]))), table, row))
    if not found:
        raise ConfigError(
            f"{readable_name(path.name)}: no row of the first thirty names columns;"
            " a header row is needed"
        )
    _, table, row = max(found, key=lambda f: f[0])
    return table, row


def load_cells(
    con: duckdb.DuckDBPyConnection, table: Table, header_row: int, names: tuple[str, ...]
) -> None:
    """All rows of the table in temp table `cells`: _row from 1, c0 …, _split when one is too long."""
    width = len(names)
    columns = ", ".join(f"c{i} varchar" for i in range(width))
    con.execute(f"create or replace temp table cells (_row bigint, {columns}, _split varchar)")
    count = 0
    for block in table.blocks(header_row, (0, width), None, False):
        rows = [r for r in block.rows(width) if any(cell.strip() for cell in r)]
        numbers = pa.array(range(count + 1, count + 1 + len(rows)), pa.int64())
        cells = [
            pa.array([r[i] if i < len(r) else "" for r in rows], pa.string()) for i in range(width)
        ]
        split = pa.array(
            ["long" if any(c.strip() for c in r[width:]) else None for r in rows], pa.string()
        )
        headings = ["_row", *(f"c{i}" for i in range(width)), "_split"]
        con.register("block", pa.table([numbers, *cells, split], headings))
        con.execute("insert into cells select * from block")
        con.unregister("block")
        count += len(rows)


def cut_footer(con: duckdb.DuckDBPyConnection) -> str | None:
    """Take a totals row at the end, and what follows it, out of `cells`; gives its first word."""
    last = con.execute("select _row, c0 from cells order by _row desc limit 3").fetchall()
    footer = None
    for row, cell in last:
        if found := _FOOTER.match((cell or "").strip(" \t'`\"=")):
            con.execute("delete from cells where _row >= $row", {"row": row})
            footer = found.group(1)
    return footer
