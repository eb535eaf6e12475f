"""Landed rows of a block in which some rows are at fault or depend on each other: by a query."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from siyu.sources.block.block_sql import MINUTE_LETTERS, BlockSql
from siyu.sources.block.cells import whole
from siyu.sources.block.clean import sql_text
from siyu.sources.block.compare import column_of_traits, compared_fields
from siyu.sources.block.met import Told
from siyu.sources.block.place import Place
from siyu.sources.block.refused_rows import refused_table
from siyu.sources.block.texts import Rows
from siyu.sources.block.told_by_name import from_file_name


class QueryRows:
    """Makes landed rows of any block, and sets its rows at fault apart."""

    def __init__(self, sql: BlockSql, place: Place) -> None:
        self._sql, self._place = sql, place

    def landed(
        self,
        con: duckdb.DuckDBPyConnection,
        typed: pa.Table,
        told: Mapping[str, Told],
        has_damaged: bool,
        offset: int,
    ) -> tuple[int, Rows, pa.Table | None]:
        """How many records there are, the rows of those that can land, and the refused ones."""
        sql, place = self._sql, self._place
        maps = {f"told_{name}": one.table() for name, one in told.items()}
        for name, table in {"typed": typed, **maps}.items():
            con.register("made", table)
            con.execute(f"create or replace temp table {name} as select * from made")
            con.unregister("made")
        chosen = self._chosen(con, offset)
        records = con.execute(f"select count(*) from typed as p where {chosen}").fetchall()[0][0]
        values, joins = sql.landed(place.file, has_damaged, offset)
        fault = f"case when {chosen} then ({sql.fault(has_damaged)}) end"
        rows = self._columns(
            con, f"select {values} from typed as p {joins} where ({fault}) is null and {chosen}"
        )
        refused = None
        if len(rows["_row"]) != records:
            refused = refused_table(con, sql.contract, place.file, fault, offset)
        return records, rows, refused

    def _columns(self, con: duckdb.DuckDBPyConnection, rows: str) -> dict[str, pa.Array]:
        """The columns of the rows that select `rows` gives."""
        contract, place = self._sql.contract, self._place
        names = [*self._sql.kept, *contract.file_fields]
        spare = {n: f', "_key_{n}"' for n in self._sql.stand_ins}
        moments = self._sql.moments
        minutes = {n: f'left("{n}", {MINUTE_LETTERS})' for n in moments}
        key = " || '\x1f' || ".join(
            f"coalesce({minutes.get(n, _quoted(n))}{spare.get(n, '')}, '')" for n in contract.key
        )
        if contract.repeats:
            # Equal rows of a bill are movements of their own; content alone decides which is first,
            # and seconds, which a spreadsheet loses, last of all.
            lasting = [n for n in names if n not in minutes]
            content = ", ".join(map(_quoted, [*lasting, *moments]))
            key += f" || '\x1f' || row_number() over (partition by {key} order by {content}, _row)"
        rule = contract.exported_at
        exported = from_file_name(rule, place.file) if rule else None
        landed = [*names, *map(column_of_traits, compared_fields(contract))]
        columns = ", ".join(f'"{n}"' for n in landed)
        found = con.execute(
            f"select {columns}, {key} as _key,"
            f" {_text(exported)} as _exported_at,"
            f" _row, _flags, {place.load_seq}::integer as _load_seq,"
            f" {_text(place.store_id)} as _store_id,"
            f" {sql_text(place.file)} as _file, '{place.sha256}' as _file_sha256 from ({rows})"
            " order by _row"
        ).to_arrow_table()
        return {name: whole(found.column(name)) for name in found.column_names}

    def _chosen(self, con: duckdb.DuckDBPyConnection, offset: int) -> str:
        """SQL that is true for the rows to land."""
        if self._place.only_rows is None:
            return "true"
        rows = pa.array(sorted(self._place.only_rows), pa.int64())
        con.register("chosen_rows", pa.table({"_row": rows}))
        return f"(p.rowid + {offset + 1}) in (select _row from chosen_rows)"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _text(value: str | None) -> str:
    return f"{sql_text(value) if value else 'null'}::varchar"
