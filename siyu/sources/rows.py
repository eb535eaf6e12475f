"""One staged file to landed rows: cleaned, typed, tokenised; what cannot be read is set apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from siyu.errors import PermanentFailure
from siyu.identity.normalise import DAMAGED
from siyu.sources.clean import null_sql, sql_text, strip_sql, typed_sql
from siyu.sources.contract import Contract, ContractField
from siyu.sources.header import normalise_name
from siyu.sources.parts import from_file_name, stand_in_fields, write_landed, write_refused
from siyu.sources.stage import Staged, load_cells
from siyu.sources.tokens import Border, tokenise

_TIME_OF_DAY = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_READABLE = {"decimal": "not_a_decimal", "integer": "not_an_integer", "percent": "not_a_percent"}


@dataclass(frozen=True)
class Landed:
    """What one file gave. rows_in = rows_landed + rows_quarantined, or nothing is written."""

    rows_in: int
    rows_landed: int
    rows_quarantined: int
    reasons: dict[str, int]
    data_from_on: date | None
    data_to_on: date | None


def _cell(name: str) -> str:
    return f'p."p_{name}"'


def column_of(columns: Sequence[str], names: tuple[str, ...]) -> int | None:
    """Position of the first alias that the file has."""
    for alias in columns:
        wanted = normalise_name(alias)
        if wanted in names:
            return names.index(wanted)
    return None


def land_rows(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    file: str,
    sha256: str,
    load_seq: int,
    border: Border,
    target: Path,
    refused: Path,
    spare: Path,
) -> Landed:
    """Write the landed and the refused rows of one file, each aside and then renamed.

    Raises PermanentFailure when a record was neither landed nor refused.
    """
    contract = staged.contract
    body = load_cells(con, staged, spare)
    kept = {n: f for n, f in contract.fields.items() if f.personal != "drop"}
    bare, select = ["_row", "_split"], ["_row", "_split"]
    for name, field in contract.fields.items():
        cell = _source_cell(contract, field, staged.match.names)
        if name in kept or field.required:
            bare.append(f'({cell})::varchar as "b_{name}"')
            select.append(f'{null_sql(f"b_{name}", contract, field)} as "p_{name}"')
    con.execute(
        f"create or replace temp table plain as select {', '.join(select)}"
        f" from (select {', '.join(bare)} from cells)"
    )
    faults = _faults(con, contract)
    values = ["p._row"]
    joins: list[str] = []
    flags: list[str] = []
    for name, field in kept.items():
        if field.identifier or field.personal == "hash":
            tokenise(con, name, field, border)
            values.append(f'm_{name}.token as "{name}"')
            if name in stand_in_fields(contract):
                values.append(f'm_{name}.stand_in as "_key_{name}"')
            flags.append(f"case when m_{name}.state <> 'ok' then '{name}:' || m_{name}.state end")
            joins.append(f'left join tokens_{name} as m_{name} on m_{name}.plain = p."p_{name}"')
        else:
            values.append(f'({typed_sql(_cell(name), field)})::varchar as "{name}"')
    for name, rule in contract.file_fields.items():
        found = from_file_name(rule, file)
        values.append(f'{sql_text(found) if found else "null::varchar"} as "{name}"')
    values.append(f"nullif(concat_ws(';', {', '.join(flags) or 'null'}), '') as _flags")
    bad = pa.table({"_row": pa.array(sorted({row for row, _, _ in faults}), pa.int64())})
    con.register("bad_rows", bad)
    con.execute(
        f"create or replace temp table landed as select {', '.join(values)} from plain as p"
        f" {' '.join(joins)} where p._row not in (select _row from bad_rows)"
    )
    con.unregister("bad_rows")
    write_landed(con, contract, file, sha256, load_seq, target)
    count = con.execute("select count(*) from landed").fetchall()[0][0]
    bad_count = len(bad)
    if count + bad_count != body.records:
        target.unlink(missing_ok=True)
        raise PermanentFailure(
            f"{body.records} records stand in the file, but {count} landed and {bad_count} were"
            " refused; nothing of it was kept: look for stray quotes or line breaks"
        )
    if faults:
        write_refused(con, contract, file, faults, refused)
    days = _days(con, contract, file)
    first = {row: reason for row, reason, _ in reversed(faults)}
    return Landed(
        body.records, count, bad_count, dict(sorted(Counter(first.values()).items())), *days
    )


def _source_cell(contract: Contract, field: ContractField, names: tuple[str, ...]) -> str:
    """SQL for a field's cell as cleaned text: its own column, a part of it, or another column."""
    if field.constant is not None:
        return sql_text(field.constant)
    position = column_of(field.columns, names)
    own = "null" if position is None else strip_sql(f"c{position}")
    if not (field.extract or field.or_from or field.day_from):
        return own
    parts = [_part(own, contract, field, field.extract, "")]
    for other in field.or_from:
        place = column_of(other.columns, names)
        if place is not None:
            cell = strip_sql(f"c{place}")
            parts.append(_part(cell, contract, field, other.extract, other.prefix))
    cell = f"coalesce({', '.join(parts)})"
    day = column_of(field.day_from, names)
    if day is not None:
        whole = f"concat_ws(' ', {strip_sql(f'c{day}')}, {cell})"
        cell = f"case when regexp_full_match({cell}, '{_TIME_OF_DAY}') then {whole} else {cell} end"
    return cell


def _part(
    cell: str, contract: Contract, field: ContractField, pattern: str | None, prefix: str
) -> str:
    text = null_sql(cell, contract, field)
    if pattern:
        text = f"nullif(regexp_extract({text}, {sql_text(pattern)}, 1), '')"
    return f"({sql_text(prefix)} || {text})" if prefix else text


def _days(
    con: duckdb.DuckDBPyConnection, contract: Contract, file: str
) -> tuple[date | None, date | None]:
    """First and last day that the landed rows speak of; nothing is seen after its export."""
    exported = from_file_name(contract.exported_at, file) if contract.exported_at else None
    limit = f"(timestamp {sql_text(exported)} + interval 8 hour)::date" if exported else "null"
    first, last = con.execute(
        f'select min(d), least(max(d), {limit}) from (select (try_cast("{contract.seen_at}" as'
        " timestamp) + interval 8 hour)::date as d from landed)"
    ).fetchall()[0]
    return first, last


def _faults(con: duckdb.DuckDBPyConnection, contract: Contract) -> list[tuple[int, str, str]]:
    """(row, reason, field) of every cell that is missing or unreadable."""
    parts = ["select _row, _split as r, '' as f from plain where _split is not null"]
    for name, field in contract.fields.items():
        column = f'"p_{name}"'
        if field.required:
            parts.append(
                f"select _row, 'missing_required', '{name}' from plain where {column} is null"
            )
        if name in contract.key:
            # Many ids become one when a spreadsheet cuts their end: the rows must not merge.
            parts.append(
                f"select _row, 'damaged_key', '{name}' from plain"
                f" where regexp_full_match({column}, {sql_text(DAMAGED.pattern)})"
            )
        if field.type != "text" and field.personal != "drop" and not field.identifier:
            reason = _READABLE.get(field.type, f"not_a_{field.type}")
            parts.append(
                f"select _row, '{reason}', '{name}' from plain"
                f" where {column} is not null and ({typed_sql(column, field)}) is null"
            )
    rows = con.execute(f"{' union all '.join(parts)} order by all").fetchall()
    return [(int(row), reason, name) for row, reason, name in rows]
