"""One staged table to landed rows, block by block; what cannot be read is set apart."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from siyu.errors import PermanentFailure
from siyu.sources.block.block_rows import BlockDone, BlockRows
from siyu.sources.block.block_sql import BlockSql
from siyu.sources.block.place import Place
from siyu.sources.block.refused_rows import RefusedRows
from siyu.sources.block.tokens import Border
from siyu.sources.block.told_by_name import from_file_name
from siyu.sources.contracts.contract import Contract
from siyu.sources.land.part_writer import PartWriter
from siyu.sources.read.blocks import Block, RowBlock
from siyu.sources.recognise.stage import Staged

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


def land_rows(staged: Staged, place: Place, border: Border, pool: Executor | None = None) -> Landed:
    """Write the landed and the refused rows of one table, each aside and then renamed.

    Memory does not grow with the file: blocks of records are landed one after the other, several
    at a time when there is a pool. Raises PermanentFailure, keeping nothing, when a record was
    neither landed nor refused.
    """
    contract, match = staged.contract, staged.match
    footer = contract.recognise.footer_starts_with
    blocks = staged.table.blocks(match.header_row, match.span, footer, contract.looks_across_rows)
    block_rows = BlockRows(BlockSql(contract, match.names), place, border)
    reasons: Counter[str] = Counter()
    records = landed = 0
    days: list[str] = []
    parts = PartWriter(place.target, pool)
    try:
        with RefusedRows(place.refused) as refused:
            for done in _in_order(block_rows.land, blocks, pool):
                records, landed = records + done.records, landed + done.landed
                days += [day for day in done.days if day]
                parts.add(done.rows)
                if done.refused is not None:
                    reasons.update(done.refused.column("reason").to_pylist())
                    refused.write(done.refused)
            if records != landed + sum(reasons.values()):
                raise PermanentFailure(
                    f"{records} records stand in the file, but {landed} landed and"
                    f" {sum(reasons.values())} were refused; nothing of it was kept: look for"
                    " stray quotes or line breaks"
                )
            if not records:
                parts.add(block_rows.land(0, [RowBlock([])]).rows)
            count = parts.close()
    except BaseException:
        parts.drop()
        raise
    first, last = _days(days, contract, place.file)
    return Landed(
        records, landed, sum(reasons.values()), dict(sorted(reasons.items())), first, last, count
    )


def _in_order(
    work: Callable[[int, list[Block]], BlockDone],
    blocks: Iterable[Block],
    pool: Executor | None,
) -> Iterator[BlockDone]:
    """The blocks' results in order of the file; a single block is done here, without the pool."""
    waiting: deque[Future[BlockDone]] = deque()
    held: tuple[int, list[Block]] | None = None
    offset = 0
    try:
        for block in blocks:
            if held is not None:
                if pool is None:
                    yield work(*held)
                else:
                    waiting.append(pool.submit(work, *held))
                    if len(waiting) > IN_FLIGHT:
                        yield waiting.popleft().result()
            held = (offset, [block])
            offset += block.most_records()
            del block
        if held is not None and not waiting:
            yield work(*held)
        elif held is not None and pool is not None:
            waiting.append(pool.submit(work, *held))
        while waiting:
            yield waiting.popleft().result()
    finally:
        # No block may be at work once what its table left is removed.
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
