"""What one file gave, written as Parquet: the landed rows, and the refused ones beside them."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.sources.clean import sql_text
from siyu.sources.contract import Contract, FromFileName

_SHANGHAI = timedelta(hours=8)
# Shifted cells and notes may hold a phone where no contract expects one.
_PHONE = re.compile(r"(?<!\d)(1[3-9])\d{9}(?!\d)")


def from_file_name(rule: FromFileName, name: str) -> str | None:
    """A value out of a file name; instants become UTC text. None when it is not there."""
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


def write_landed(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    file: str,
    sha256: str,
    load_seq: int,
    target: Path,
) -> None:
    fields = [n for n, f in contract.fields.items() if f.personal != "drop"]
    names = [*fields, *contract.file_fields]
    spare = {n: f', "_key_{n}"' for n in stand_in_fields(contract)}
    key = " || '\x1f' || ".join(f"coalesce(\"{n}\"{spare.get(n, '')}, '')" for n in contract.key)
    if contract.repeats:
        # Equal rows of a bill are movements of their own; content alone decides which is first.
        content = ", ".join(f'"{n}"' for n in names)
        key += f" || '\x1f' || row_number() over (partition by {key} order by {content})"
    rank = "0"
    if contract.version_by:
        status = f"regexp_replace(\"{contract.version_by}\", '[，,\\s]', '', 'g')"
        whens = " ".join(
            f"when {sql_text(re.sub('[，,]', '', s))} then {r}"
            for s, r in contract.status_rank.items()
        )
        rank = f"case {status} {whens} else 0 end"
    exported = from_file_name(contract.exported_at, file) if contract.exported_at else None
    columns = ", ".join(f'"{n}"' for n in names)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".new")
    con.execute(
        f"copy (select {columns}, {key} as _key,"
        f" ({rank})::integer as _status_rank,"
        f" {sql_text(exported) if exported else 'null'}::varchar as _exported_at,"
        f" _row::bigint as _row, _flags, {load_seq}::integer as _load_seq,"
        f" {sql_text(file)} as _file, '{sha256}' as _file_sha256 from landed order by _row)"
        f" to {sql_text(str(aside))} (format parquet, compression zstd)"
    )
    os.replace(aside, target)


def write_refused(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    file: str,
    faults: list[tuple[int, str, str]],
    target: Path,
) -> None:
    """Refused rows with their reason; the record shows no personal column and no phone.

    Cells of a row that did not split stand under wrong names: its record is empty.
    """
    shown = [n for n, f in contract.fields.items() if not f.personal and not f.identifier]
    columns = ", ".join(f'"p_{n}" as "{n}"' for n in shown)
    first = {row: (reason, name) for row, reason, name in reversed(faults)}
    records = {
        row[0]: dict(zip(shown, row[1:], strict=True))
        for row in con.execute(f"select _row, {columns} from plain where _split is null").fetchall()
        if row[0] in first
    }
    rows = sorted(first)
    table = pa.table(
        {
            "source": pa.array([contract.id] * len(rows)),
            "_file": pa.array([file] * len(rows)),
            "_row": pa.array(rows, pa.int64()),
            "reason": pa.array([first[r][0] for r in rows]),
            "field": pa.array([first[r][1] for r in rows]),
            "record": pa.array([_record(records.get(r, {})) for r in rows]),
        }
    )
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = target.with_suffix(".new")
    pq.write_table(table, aside, compression="zstd")
    os.replace(aside, target)


def _record(cells: dict[str, str | None]) -> str:
    return _PHONE.sub(r"\1*********", json.dumps(cells, ensure_ascii=False))
