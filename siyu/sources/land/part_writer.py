"""Landed rows on their way to Parquet: gathered over many blocks, so that a part has few dictionaries."""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future, wait
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from siyu.sources.block.cells import is_of_few_words
from siyu.sources.block.texts import Rows, joined
from siyu.sources.raw.ledger import part_of

# Buyers come back: the longer a part, the fewer of its tokens are new. Two are in memory at a time.
PART_BYTES = 24 << 20
# No column of a part reaches this: a dictionary is never given up halfway.
_MOST_DICTIONARY = 1 << 30


class PartWriter:
    """Writes the rows of one table, in their order, as parts; each appears whole by its renaming.

    With a pool one part is written while the next is gathered. Where parts are cut depends on the
    rows alone.
    """

    def __init__(self, first: Path, pool: Executor | None) -> None:
        self._first, self._pool = first, pool
        self._held: list[Rows] = []
        self._bytes = self._begun = 0
        self._writing: Future[None] | None = None

    def add(self, rows: Rows) -> None:
        self._held.append(rows)
        self._bytes += sum(column.nbytes for column in rows.values())
        if self._bytes >= PART_BYTES:
            self._write(self._pool)

    def close(self) -> int:
        """Write what is left; returns how many parts there are."""
        if self._held:
            self._write(None)
        self._wait()
        return self._begun

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._writing is not None:
            wait([self._writing])
        for number in range(self._begun):
            part_of(self._first, number).unlink(missing_ok=True)

    def _write(self, pool: Executor | None) -> None:
        target, held = part_of(self._first, self._begun), self._held
        self._held, self._bytes = [], 0
        self._begun += 1
        if pool is None:
            _write_part(held, target)
            return
        self._wait()
        self._writing = pool.submit(_write_part, held, target)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()


def _write_part(held: list[Rows], target: Path) -> None:
    rows = pa.table({name: joined([rows[name] for rows in held]) for name in held[0]})
    held.clear()
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".new")
    # A dictionary of values that hardly repeat costs twice the writing and saves nothing.
    filled = [n for n in rows.column_names if rows.column(n).null_count < len(rows)]
    coded = [n for n in filled if n != "_row" and is_of_few_words(rows.column(n))]
    pq.write_table(
        rows,
        aside,
        compression="zstd",
        use_dictionary=coded,
        column_encoding={"_row": "DELTA_BINARY_PACKED"},
        dictionary_pagesize_limit=_MOST_DICTIONARY,
        # The least and the greatest of many tokens tell nothing, and cost a fifth of the writing.
        write_statistics=[n for n in rows.column_names if not _has_tokens(rows.column(n))],
        store_schema=False,
    )
    os.replace(aside, target)


def _has_tokens(column: pa.ChunkedArray) -> bool:
    """Whether a column came with a dictionary of its own, and not with the one value of all rows."""
    return pa.types.is_dictionary(column.type) and any(len(c.dictionary) > 1 for c in column.chunks)
