"""The rows of a file that cannot be read, set apart with the reason."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.sources.contracts.contract import Contract

# Shifted cells and notes may hold a phone where no contract expects one.
_PHONE = re.compile(r"(?<!\d)(1[3-9])\d{9}(?!\d)")


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
