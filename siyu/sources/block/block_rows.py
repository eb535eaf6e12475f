"""One block of records to landed rows: read, typed, tokenised; what cannot be read is set apart."""

from __future__ import annotations

from dataclasses import dataclass
from threading import local

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from siyu.sources.block.block_sql import BlockSql
from siyu.sources.block.cells import plain_text, whole
from siyu.sources.block.compare import compared_fields
from siyu.sources.block.even_rows import EvenRows
from siyu.sources.block.known import hashes_of
from siyu.sources.block.met import Met, Told
from siyu.sources.block.place import Place
from siyu.sources.block.query_rows import QueryRows
from siyu.sources.block.read_cells import read_cells
from siyu.sources.block.texts import Rows, joined
from siyu.sources.block.tokens import Border
from siyu.sources.block.typed_columns import TypedColumns
from siyu.sources.read.blocks import Block


@dataclass(frozen=True)
class BlockDone:
    """What one block gave; days are the canonical texts of `seen_at`."""

    records: int
    rows: Rows
    refused: pa.Table | None
    days: tuple[str | None, str | None]

    @property
    def landed(self) -> int:
        return len(self.rows["_row"])


class BlockRows:
    """Lands blocks of one table; blocks do not know of each other."""

    def __init__(self, sql: BlockSql, place: Place, border: Border) -> None:
        self._sql, self._place = sql, place
        self._typed = TypedColumns(sql)
        self._even, self._query = EvenRows(sql, place), QueryRows(sql, place)
        self._mine = local()
        self._met = {
            name: Met(field, border, name in sql.tokenised)
            for name, field in (sql.tokenised | compared_fields(sql.contract)).items()
        }

    def land(self, offset: int, given: list[Block]) -> BlockDone:
        """The rows of one block. Every thread has a connection of its own: blocks run side by side.

        The block is taken out of `given`: nobody holds its bytes once its cells are read.
        """
        con: duckdb.DuckDBPyConnection | None = getattr(self._mine, "con", None)
        if con is None:
            con = self._mine.con = duckdb.connect()
            con.execute("set threads = 1")
            # It spends more on the words that mean nothing than a block of cells costs to read.
            con.execute("set disabled_optimizers = 'in_clause'")
            con.execute("set temp_directory = $d", {"d": str(self._place.scratch)})
        cells = read_cells(given.pop(), len(self._sql.names))
        typed = self._typed.of(con, cells)
        del cells
        told = self._told(con, typed)
        damaged = self._even.has_damaged(typed)
        if self._even.fit(typed, damaged):
            rows = self._even.landed(typed, told, offset)
            return BlockDone(len(typed), rows, None, self._days(rows))
        records, rows, refused = self._query.landed(con, typed, told, damaged, offset)
        return BlockDone(records, rows, refused, self._days(rows))

    def _days(self, rows: Rows) -> tuple[str | None, str | None]:
        """The first and the last moment that the rows speak of."""
        ends = pc.min_max(plain_text(whole(joined([rows[self._sql.contract.seen_at]])))).as_py()
        return ends["min"], ends["max"]

    def _told(self, con: duckdb.DuckDBPyConnection, typed: pa.Table) -> dict[str, Told]:
        """What stands for the cells of every field that does not land as it is written."""
        cells = {n: whole(typed.column(f"p_{n}")) for n in self._met}
        hashes = hashes_of(con, cells)
        return {n: met.look_up(cells[n], hashes[n]) for n, met in self._met.items()}
