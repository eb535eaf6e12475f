"""One staged table to landed rows: cleaned, typed, tokenised; what cannot be read is set apart."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import local

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from siyu.errors import PermanentFailure
from siyu.sources.block_sql import BlockSql
from siyu.sources.cells import plain_text, whole
from siyu.sources.clean import sql_text
from siyu.sources.compare import compared_fields
from siyu.sources.contract import Contract
from siyu.sources.even_rows import EvenRows
from siyu.sources.known import hashes_of
from siyu.sources.ledger import part_of
from siyu.sources.met import Met, Told
from siyu.sources.parts import (
    RefusedRows,
    from_file_name,
    refused_table,
    write_even,
    write_landed,
)
from siyu.sources.read.blocks import Block, RowBlock
from siyu.sources.read_cells import read_cells
from siyu.sources.stage import Staged
from siyu.sources.tokens import Border
from siyu.sources.typed_columns import TypedColumns

# Blocks of one file that are read, or wait to be written, at the same time.
IN_FLIGHT = 3


@dataclass(frozen=True)
class Landed:
    """What one table gave. rows_in = rows_landed + rows_quarantined, or nothing is written.

    `parts` Parquet files hold the rows, in order of the file.
    """

    rows_in: int
    rows_landed: int
    rows_quarantined: int
    reasons: dict[str, int]
    data_from_on: date | None
    data_to_on: date | None
    parts: int


@dataclass(frozen=True)
class Place:
    """Where a table's rows go and what is written on each of them.

    `only_rows` leaves all others out, as if the table had none but those.
    """

    file: str
    sha256: str
    load_seq: int
    target: Path
    refused: Path
    spare: Path
    store_id: str | None = None
    only_rows: frozenset[int] | None = None

    def part(self, number: int) -> Path:
        """The first part has the name of the whole; the others are numbered."""
        return part_of(self.target, number)


@dataclass(frozen=True)
class _Done:
    """What one block gave; days are the canonical texts of `seen_at`."""

    records: int
    landed: int
    refused: pa.Table | None
    first: str | None
    last: str | None


def land_rows(staged: Staged, place: Place, border: Border, pool: Executor | None = None) -> Landed:
    """Write the landed and the refused rows of one table, each aside and then renamed.

    Memory does not grow with the file: blocks of records are landed one after the other, several
    at a time when there is a pool. Raises PermanentFailure, keeping nothing, when a record was
    neither landed nor refused.
    """
    contract, match = staged.contract, staged.match
    footer = contract.recognise.footer_starts_with
    blocks = staged.table.blocks(match.header_row, match.span, footer, contract.looks_across_rows)
    worker = _Worker(BlockSql(contract, match.names), place, border)
    reasons: Counter[str] = Counter()
    records = landed = parts = 0
    days: list[str] = []
    try:
        with RefusedRows(place.refused) as refused:
            for done in _in_order(worker.land, blocks, pool):
                records, landed = records + done.records, landed + done.landed
                days += [day for day in (done.first, done.last) if day]
                parts += 1
                if done.refused is not None:
                    reasons.update(done.refused.column("reason").to_pylist())
                    refused.write(done.refused)
            if records != landed + sum(reasons.values()):
                raise PermanentFailure(
                    f"{records} records stand in the file, but {landed} landed and"
                    f" {sum(reasons.values())} were refused; nothing of it was kept: look for"
                    " stray quotes or line breaks"
                )
    except BaseException:
        for number in range(parts + IN_FLIGHT + 2):
            place.part(number).unlink(missing_ok=True)
        raise
    if not parts:
        worker.land(0, 0, [RowBlock([])])
        parts = 1
    first, last = _days(days, contract, place.file)
    return Landed(
        records, landed, sum(reasons.values()), dict(sorted(reasons.items())), first, last, parts
    )


def _in_order(
    work: Callable[[int, int, list[Block]], _Done], blocks: Iterable[Block], pool: Executor | None
) -> Iterator[_Done]:
    """The blocks' results in order of the file; a single block is done here, without the pool."""
    waiting: deque[Future[_Done]] = deque()
    held: tuple[int, int, list[Block]] | None = None
    offset = 0
    try:
        for number, block in enumerate(blocks):
            if held is not None:
                if pool is None:
                    yield work(*held)
                else:
                    waiting.append(pool.submit(work, *held))
                    if len(waiting) > IN_FLIGHT:
                        yield waiting.popleft().result()
            held = (number, offset, [block])
            offset += block.most_records()
            del block
        if held is not None and not waiting:
            yield work(*held)
        elif held is not None and pool is not None:
            waiting.append(pool.submit(work, *held))
        while waiting:
            yield waiting.popleft().result()
    finally:
        # No block may write its part after the parts of a table at fault were removed.
        wait(waiting)


def _days(days: list[str], contract: Contract, file: str) -> tuple[date | None, date | None]:
    """First and last business day that the rows speak of; nothing is seen after its export."""
    found = [d for d in map(_business_day, days) if d]
    if not found:
        return None, None
    exported = from_file_name(contract.exported_at, file) if contract.exported_at else None
    limit = _business_day(exported) if exported else None
    last = min(max(found), limit) if limit else max(found)
    return min(found), last


def _business_day(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment + timedelta(hours=8)).date()


class _Worker:
    """Lands blocks of one table; blocks do not know of each other."""

    def __init__(self, sql: BlockSql, place: Place, border: Border) -> None:
        self._sql, self._place = sql, place
        self._typed, self._even = TypedColumns(sql), EvenRows(sql, place)
        self._mine = local()
        self._met = {
            name: Met(field, border, name in sql.tokenised)
            for name, field in (sql.tokenised | compared_fields(sql.contract)).items()
        }

    def land(self, number: int, offset: int, given: list[Block]) -> _Done:
        """One block to one part. Every thread has a connection of its own: blocks run side by side.

        The block is taken out of `given`: nobody holds its bytes once its cells are read.
        """
        con: duckdb.DuckDBPyConnection | None = getattr(self._mine, "con", None)
        if con is None:
            con = self._mine.con = duckdb.connect()
            con.execute("set threads = 1")
            # It spends more on the words that mean nothing than a block of cells costs to read.
            con.execute("set disabled_optimizers = 'in_clause'")
            con.execute("set temp_directory = $d", {"d": str(self._place.spare.parent)})
        spare = self._place.spare.with_name(f"{self._place.spare.name}-{number}")
        cells = read_cells(con, given.pop(), len(self._sql.names), spare)
        typed = self._typed.of(con, cells)
        del cells
        told = self._told(con, typed)
        damaged = self._even.has_damaged(typed)
        target = self._place.part(number)
        if self._even.fit(typed, damaged):
            rows = self._even.landed(typed, told, offset)
            del typed
            landed = write_even(rows, target)
            ends = pc.min_max(plain_text(whole(rows.column(self._sql.contract.seen_at)))).as_py()
            return _Done(landed, landed, None, ends["min"], ends["max"])
        maps = {f"told_{name}": one.table() for name, one in told.items()}
        return self._land_by_query(con, typed, maps, damaged, offset, target)

    def _told(self, con: duckdb.DuckDBPyConnection, typed: pa.Table) -> dict[str, Told]:
        """What stands for the cells of every field that does not land as it is written."""
        cells = {n: whole(typed.column(f"p_{n}")) for n in self._met}
        hashes = hashes_of(con, cells)
        return {n: met.look_up(cells[n], hashes[n]) for n, met in self._met.items()}

    def _land_by_query(
        self,
        con: duckdb.DuckDBPyConnection,
        typed: pa.Table,
        maps: dict[str, pa.Table],
        damaged: bool,
        offset: int,
        target: Path,
    ) -> _Done:
        """Land what can land of a block in which some rows are at fault or depend on each other."""
        sql, place = self._sql, self._place
        for name, table in {"typed": typed, **maps}.items():
            con.register("made", table)
            con.execute(f"create or replace temp table {name} as select * from made")
            con.unregister("made")
        chosen = self._choose(con, offset)
        records = con.execute(f"select count(*) from typed as p where {chosen}").fetchall()[0][0]
        values, joins = sql.landed(place.file, damaged, offset)
        fault = f"case when {chosen} then ({sql.fault(damaged)}) end"
        source = f"select {values} from typed as p {joins} where ({fault}) is null and {chosen}"
        landed = write_landed(con, sql.contract, place, source, target)
        refused = None
        if landed != records:
            refused = refused_table(con, sql.contract, place.file, fault, offset)
        first, last = con.execute(
            f'select min("{sql.contract.seen_at}"), max("{sql.contract.seen_at}")'
            f" from read_parquet({sql_text(str(target))})"
        ).fetchall()[0]
        return _Done(records, landed, refused, first, last)

    def _choose(self, con: duckdb.DuckDBPyConnection, offset: int) -> str:
        """SQL that is true for the rows to land."""
        if self._place.only_rows is None:
            return "true"
        rows = pa.array(sorted(self._place.only_rows), pa.int64())
        con.register("chosen_rows", pa.table({"_row": rows}))
        return f"(p.rowid + {offset + 1}) in (select _row from chosen_rows)"
