"""One staged table to landed rows: cleaned, typed, tokenised; what cannot be read is set apart."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import local

import duckdb
import pyarrow as pa

from siyu.errors import PermanentFailure
from siyu.sources.block_sql import BlockSql, Look
from siyu.sources.clean import sql_text
from siyu.sources.compare import Alike, compare_tokens, compared_fields
from siyu.sources.contract import Contract
from siyu.sources.ledger import part_of
from siyu.sources.parts import RefusedRows, from_file_name, refused_table, write_landed
from siyu.sources.read.blocks import Block, RowBlock, TextBlock
from siyu.sources.stage import Staged
from siyu.sources.tokens import Border, Known, distinct_cells, tokenise

# Blocks of one file that are read, or wait to be written, at the same time.
IN_FLIGHT = 2


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
        worker.land(0, 0, RowBlock([]))
        parts = 1
    first, last = _days(days, contract, place.file)
    return Landed(
        records, landed, sum(reasons.values()), dict(sorted(reasons.items())), first, last, parts
    )


def _in_order(
    work: Callable[[int, int, Block], _Done], blocks: Iterable[Block], pool: Executor | None
) -> Iterator[_Done]:
    """The blocks' results in order of the file; a single block is done here, without the pool."""
    waiting: deque[Future[_Done]] = deque()
    held: tuple[int, int, Block] | None = None
    offset = 0
    for number, block in enumerate(blocks):
        if held is not None:
            if pool is None:
                yield work(*held)
            else:
                waiting.append(pool.submit(work, *held))
                if len(waiting) > IN_FLIGHT:
                    yield waiting.popleft().result()
        held = (number, offset, block)
        offset += block.most_records()
    if held is not None and not waiting:
        yield work(*held)
    elif held is not None and pool is not None:
        waiting.append(pool.submit(work, *held))
    while waiting:
        yield waiting.popleft().result()


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
        self._sql, self._place, self._border = sql, place, border
        self._mine = local()
        self._known: dict[str, Known] = {name: Known() for name in sql.tokenised}
        self._alike: dict[str, Alike] = {name: Alike() for name in compared_fields(sql.contract)}

    def land(self, number: int, offset: int, block: Block) -> _Done:
        """One block to one part. Every thread has a connection of its own: blocks run side by side."""
        con: duckdb.DuckDBPyConnection | None = getattr(self._mine, "con", None)
        if con is None:
            con = self._mine.con = duckdb.connect()
            con.execute("set threads = 1")
            # It spends more on the words that mean nothing than a block of cells costs to read.
            con.execute("set disabled_optimizers = 'in_clause'")
            con.execute("set temp_directory = $d", {"d": str(self._place.spare.parent)})
        return self._land(con, number, offset, block)

    def _land(
        self, con: duckdb.DuckDBPyConnection, number: int, offset: int, block: Block
    ) -> _Done:
        sql, place = self._sql, self._place
        con.execute("drop table if exists typed")
        look = Look.at(block.data, block.delimiter) if isinstance(block, TextBlock) else Look()
        look = look if self._read_text(con, number, block, look) else self._read_rows(con, block)
        compared = compared_fields(sql.contract)
        for name, field in (sql.tokenised | compared).items():
            cells = distinct_cells(con, name)
            if name in sql.tokenised:
                tokenise(con, name, field, cells, self._border, self._known[name])
            if name in compared:
                compare_tokens(con, name, field, cells, self._border.tokeniser, self._alike[name])
        chosen = self._choose(con, offset)
        records = con.execute(f"select count(*) from typed as p where {chosen}").fetchall()[0][0]
        values, joins = sql.landed(place.file, look, offset)
        fault = f"case when {chosen} then ({sql.fault(look)}) end"
        source = f"select {values} from typed as p {joins} where ({fault}) is null and {chosen}"
        landed = write_landed(con, sql.contract, place, source, place.part(number))
        refused = None
        if landed != records:
            refused = refused_table(con, sql.contract, place.file, fault, offset)
        first, last = con.execute(
            f'select min("{sql.contract.seen_at}"), max("{sql.contract.seen_at}")'
            f" from read_parquet({sql_text(str(place.part(number)))})"
        ).fetchall()[0]
        return _Done(records, landed, refused, first, last)

    def _choose(self, con: duckdb.DuckDBPyConnection, offset: int) -> str:
        """SQL that is true for the rows to land."""
        if self._place.only_rows is None:
            return "true"
        rows = pa.array(sorted(self._place.only_rows), pa.int64())
        con.register("chosen_rows", pa.table({"_row": rows}))
        return f"(p.rowid + {offset + 1}) in (select _row from chosen_rows)"

    def _read_rows(self, con: duckdb.DuckDBPyConnection, block: Block) -> Look:
        """Fill table `typed` from rows that Python takes apart: right for any block."""
        width = len(self._sql.names)
        rows = [r for r in block.rows(width) if any(cell.strip() for cell in r)]
        split = ["too_many_cells" if any(c.strip() for c in r[width:]) else None for r in rows]
        columns = {
            f"c{i}": pa.array([r[i] if i < len(r) else "" for r in rows], pa.string())
            for i in range(width)
        }
        table = pa.table({**columns, "_split": pa.array(split, pa.string())})
        con.register("cells", table)
        _fill(con, self._sql.typed("cells", Look()))
        con.unregister("cells")
        return Look()

    def _read_text(
        self, con: duckdb.DuckDBPyConnection, number: int, block: Block, look: Look
    ) -> bool:
        """Fill table `typed` with DuckDB's strict reader; false when it does not take the block whole."""
        if not isinstance(block, TextBlock) or block.torn:
            return False
        if b"\n," in block.data or b"\n\n" in block.data or b"\n\r\n" in block.data:
            return False
        spare = self._place.spare.with_name(f"{self._place.spare.name}-{number}")
        spare.write_bytes(block.data)
        # The whole block is one buffer: the reader's own would be sixteen times its longest line.
        buffer = max(len(block.data) + 1, 1 << 16)
        names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self._sql.names)))
        cells = (
            f"(select *, null::varchar as _split from read_csv({sql_text(str(spare))},"
            f" header = false, auto_detect = false, columns = {{{names}}},"
            f" delim = {sql_text(block.delimiter)}, quote = '\"', escape = '\"',"
            " null_padding = false, strict_mode = true,"
            f" max_line_size = {buffer}, buffer_size = {buffer}))"
        )
        try:
            _fill(con, self._sql.typed(cells, look))
        except duckdb.Error:
            # A ragged row or a stray quote: the slower reader says which rows are at fault.
            return False
        finally:
            spare.unlink(missing_ok=True)
        read = con.execute("select count(*) from typed").fetchall()[0][0]
        return bool(read == block.most_records() - block.data.endswith(b"\n"))


def _fill(con: duckdb.DuckDBPyConnection, select: str) -> None:
    """Table `typed` from a select that has nothing to reorder, so no optimiser looks at it.

    Its long expressions cost the optimiser more than the cells of a block cost to read.
    """
    con.execute("pragma disable_optimizer")
    try:
        con.execute(f"create or replace temp table typed as {select}")
    finally:
        con.execute("pragma enable_optimizer")
