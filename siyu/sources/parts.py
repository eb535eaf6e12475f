"""What one file gave, written as Parquet: the landed rows, and the refused ones beside them."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.sources.cells import is_of_few_words
from siyu.sources.clean import sql_text
from siyu.sources.compare import column_of_traits, compared_fields
from siyu.sources.contract import Contract, FromFileName
from siyu.sources.export_moment import export_moment

if TYPE_CHECKING:
    from siyu.sources.rows import Place

_SHANGHAI = timedelta(hours=8)
# No column of a block reaches this: a dictionary is never given up halfway.
_MOST_DICTIONARY = 1 << 30
# Shifted cells and notes may hold a phone where no contract expects one.
_PHONE = re.compile(r"(?<!\d)(1[3-9])\d{9}(?!\d)")


def from_file_name(rule: FromFileName, name: str) -> str | None:
    """A value out of a file name; instants become UTC text. None when it is not there."""
    if rule.format == "moment":
        told = export_moment(name)
        return (told - _SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if told else None
    found = re.search(rule.pattern, name)
    if not found:
        return None
    text = found.group(1)
    if rule.format is None:
        return text
    try:
        if rule.format == "epoch":
            moment = datetime.fromtimestamp(int(text), UTC).replace(tzinfo=None)
        else:
            moment = datetime.strptime(text, rule.format) - _SHANGHAI
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def stand_in_fields(contract: Contract) -> list[str]:
    """Key fields that may hold no identifier; column _key_<field> then keeps their rows apart."""
    return [n for n in contract.key if n in contract.fields and contract.fields[n].identifier]


def write_even(rows: pa.Table, target: Path) -> int:
    """Write these landed rows as one part; returns how many there are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".new")
    # A dictionary of values that hardly repeat costs twice the writing and saves nothing.
    coded = [n for n in rows.column_names if n != "_row" and is_of_few_words(rows.column(n))]
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
    return len(rows)


def _has_tokens(column: pa.ChunkedArray) -> bool:
    """Whether a column came with a dictionary of its own, and not with the one value of all rows."""
    return pa.types.is_dictionary(column.type) and any(len(c.dictionary) > 1 for c in column.chunks)


def write_landed(
    con: duckdb.DuckDBPyConnection, contract: Contract, place: Place, rows: str, target: Path
) -> int:
    """Write the rows that select `rows` gives as one part; returns how many there are."""
    fields = [n for n, f in contract.fields.items() if f.personal != "drop"]
    names = [*fields, *contract.file_fields]
    spare = {n: f', "_key_{n}"' for n in stand_in_fields(contract)}
    key = " || '\x1f' || ".join(f"coalesce(\"{n}\"{spare.get(n, '')}, '')" for n in contract.key)
    if contract.repeats:
        # Equal rows of a bill are movements of their own; content alone decides which is first.
        content = ", ".join(f'"{n}"' for n in names)
        key += f" || '\x1f' || row_number() over (partition by {key} order by {content}, _row)"
    exported = from_file_name(contract.exported_at, place.file) if contract.exported_at else None
    landed = [*names, *map(column_of_traits, compared_fields(contract))]
    columns = ", ".join(f'"{n}"' for n in landed)
    ordered = " order by _row" if contract.repeats else ""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".new")
    count = con.execute(
        f"copy (select {columns}, {key} as _key,"
        f" {_text(exported)} as _exported_at,"
        f" _row, _flags, {place.load_seq}::integer as _load_seq,"
        f" {_text(place.store_id)} as _store_id,"
        f" {sql_text(place.file)} as _file, '{place.sha256}' as _file_sha256 from ({rows}){ordered})"
        f" to {sql_text(str(aside))} (format parquet, compression zstd)"
    ).fetchall()[0][0]
    os.replace(aside, target)
    return int(count)


def _text(value: str | None) -> str:
    return f"{sql_text(value) if value else 'null'}::varchar"


def refused_table(
    con: duckdb.DuckDBPyConnection, contract: Contract, file: str, fault: str, offset: int
) -> pa.Table:
    """The refused rows of a block with their reason; the record shows no personal column, no phone.

    Cells of a row that did not split stand under wrong names: its record is empty.
    """
    shown = [n for n, f in contract.fields.items() if not f.personal and not f.identifier]
    columns = ", ".join(f'p."p_{n}"' for n in shown)
    rows = con.execute(
        f"select p.rowid + {offset + 1}, ({fault}) as fault, p._split, {columns} from typed as p"
        f" where ({fault}) is not null order by p.rowid"
    ).fetchall()
    return pa.table(
        {
            "source": pa.array([contract.id] * len(rows), pa.string()),
            "_file": pa.array([file] * len(rows), pa.string()),
            "_row": pa.array([r[0] for r in rows], pa.int64()),
            "reason": pa.array([r[1].split(":")[0] for r in rows], pa.string()),
            "field": pa.array([r[1].split(":")[1] for r in rows], pa.string()),
            "record": pa.array(
                [
                    _record(dict(zip(shown, r[3:], strict=True)) if r[2] is None else {})
                    for r in rows
                ],
                pa.string(),
            ),
        }
    )


class RefusedRows:
    """Refused rows of one table, block after block; the file appears when the table is done."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._aside = target.with_suffix(".new")
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> RefusedRows:
        return self

    def write(self, rows: pa.Table) -> None:
        if self._writer is None:
            self._target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._writer = pq.ParquetWriter(self._aside, rows.schema, compression="zstd")
        self._writer.write_table(rows)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
            if kind is None:
                os.replace(self._aside, self._target)
            else:
                self._aside.unlink(missing_ok=True)


def _record(cells: dict[str, str | None]) -> str:
    return _PHONE.sub(r"\1*********", json.dumps(cells, ensure_ascii=False))
