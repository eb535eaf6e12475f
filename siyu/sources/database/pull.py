"""New and changed rows of a database, written aside as one more file to land."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from siyu.clock import BUSINESS_TIMEZONE
from siyu.errors import SiyuError
from siyu.settings import Settings
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.database_block import Database
from siyu.sources.database.snapshot import AHEAD, Reading, database_of, snapshot, what_of
from siyu.sources.database.watermark import (
    Watermark,
    as_watermark,
    before,
    kind_of,
    of_name,
    of_text,
    to_name,
)
from siyu.sources.raw.ledger import Ledger, read_ledgers
from siyu.sources.raw.ledger_name import pulled_name

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Pulled:
    """What one database gave: rows that are new, in which file; `message` is what a person must mend."""

    source: str
    rows: int
    file: str | None
    message: str = ""


def pull_all(
    settings: Settings, contracts: Mapping[str, Contract], env: Mapping[str, str] | None = None
) -> list[Pulled]:
    """Read the database of every contract that has one. One that fails says so and stops no other."""
    results = []
    for contract in contracts.values():
        if contract.database is None:
            continue
        try:
            results.append(pull(settings, contract, env))
        except SiyuError as fault:
            results.append(Pulled(contract.id, 0, None, str(fault)))
    return results


def pull(settings: Settings, contract: Contract, env: Mapping[str, str] | None = None) -> Pulled:
    """Write the rows that changed since the newest landed file of this source, as one CSV file.

    One reading is one snapshot and one file, which appears in one rename. It takes the place of a
    file that never landed, so a run killed anywhere reads the same rows again. Rows of the overlap
    that a landed file holds word for word are left out; with none left there is no file.
    Raises ConfigError for what the brand must mend, TransientFailure when the server is away.
    """
    database = database_of(contract)
    landed = _landed(read_ledgers(settings), contract.id)
    folder = settings.pulled_dir / contract.id
    with snapshot(settings, contract, env) as open_snapshot:
        last = _newest(landed.values(), database.watermark)
        lower = (
            before(last, database.overlap_minutes, database.overlap_numbers)
            if last is not None
            else None
        )
        reading = open_snapshot.read(lower)
        zone = ZoneInfo(database.time_zone)
        known = _known_rows(folder, landed, lower, reading, zone)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(settings.pulled_dir, 0o700)
        aside = folder / ".new"
        rows, newest, sha256 = write_rows(aside, reading, database, known)
    message = left_out(contract, reading)
    if newest is None:
        aside.unlink()
        return Pulled(contract.id, 0, None, message)
    target = folder / to_name(newest, sha256)
    os.replace(aside, target)
    for other in sorted(folder.glob("*.csv")):
        if other != target and pulled_name(contract.id, other.name) not in landed:
            other.unlink()
    return Pulled(contract.id, rows, pulled_name(contract.id, target.name), message)


def write_rows(
    path: Path, reading: Reading, database: Database, known: frozenset[bytes] = frozenset()
) -> tuple[int, Watermark | None, str]:
    """Write the rows as CSV; gives how many, the newest watermark and the hash of the bytes."""
    count, newest = 0, None
    zone = ZoneInfo(database.time_zone)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(reading.columns)
        for row in reading.rows:
            cells = [cell_text(value, zone) for value in row]
            if known and _digest(cells) in known:
                continue
            writer.writerow(cells)
            # Rows come in order of the watermark.
            newest, count = row[reading.mark_at], count + 1
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if newest is None:
        return count, None, sha256
    mark = as_watermark(newest, database.watermark)
    if reading.upto is not None:
        # A writer whose clock is ahead must not hide what others change until then.
        mark = min(mark, reading.upto)
    return count, mark, sha256


def cell_text(value: object, zone: ZoneInfo) -> str:
    """A database value as an export would write it; times become Shanghai time."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=zone) if value.tzinfo is None else value
        local = moment.astimezone(ZoneInfo(BUSINESS_TIMEZONE)).replace(tzinfo=None)
        return local.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        # How MySQL gives bit(1).
        return str(data[0]) if data in (b"\0", b"\1") else data.hex()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _landed(ledgers: list[Ledger], source: str) -> dict[str, str | None]:
    """Files of a database that have landed, with the watermark that each stands for."""
    start = pulled_name(source, "")
    return {
        f.file: f.watermark
        for one in ledgers
        for f in one.files
        if f.status == "landed" and f.file.startswith(start)
    }


def _newest(marks: Iterable[str | None], column: str) -> Watermark | None:
    """The newest landed watermark; None when another column was the watermark then."""
    told = [of_text(text) for text in marks if text]
    found = [mark for name, mark in told if name == column]
    return max(found, default=None)


def _known_rows(
    folder: Path,
    landed: Mapping[str, str | None],
    lower: Watermark | None,
    reading: Reading,
    zone: ZoneInfo,
) -> frozenset[bytes]:
    """Digests of the rows from `lower` on that landed files hold."""
    known: set[bytes] = set()
    if lower is None:
        return frozenset()
    kind = "bigint" if isinstance(lower, int) else "timestamp"
    names = [f"c{place}" for place in range(len(reading.columns))]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    cells = ", ".join(f"coalesce({name}, '')" for name in names)
    con = duckdb.connect()
    try:
        for path in sorted(folder.glob("*.csv")):
            upto = of_name(path.name)
            if pulled_name(folder.name, path.name) not in landed or upto is None:
                continue
            # Rows may lie so far beyond what counts as read.
            last = upto + AHEAD if isinstance(upto, date) else upto
            if kind_of(upto) != kind_of(lower) or last < lower:  # type: ignore[operator]
                continue
            with path.open(encoding="utf-8", newline="") as file:
                if tuple(next(csv.reader(file), ())) != reading.columns:
                    continue
            con.execute(
                f"select {cells} from read_csv($file, header = false, skip = 1, auto_detect = false,"
                f" columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"',"
                " parallel = false, max_line_size = 16777216)"
                f" where try_cast({names[reading.mark_at]} as {kind}) >= try_cast($lower as {kind})",
                {"file": str(path), "lower": cell_text(lower, zone)},
            )
            while rows := con.fetchmany(_ROWS_AT_ONCE):
                known.update(_digest(row) for row in rows)
    finally:
        con.close()
    return frozenset(known)


def _digest(cells: Sequence[str]) -> bytes:
    return hashlib.blake2b("\x1f".join(cells).encode(), digest_size=16).digest()


def left_out(contract: Contract, reading: Reading) -> str:
    """What was not read and why, in one line; empty when all was."""
    column = database_of(contract).watermark
    lines = []
    if reading.unmarked:
        lines.append(
            f"{reading.unmarked} rows have no {column} and were not read; fill the"
            " column, or use a query with coalesce(…)"
        )
    if reading.ahead:
        lines.append(
            f"{reading.ahead} rows have a {column} that lies in the future and were"
            " not read; correct them"
        )
    return f"{what_of(contract)}: {'; '.join(lines)}" if lines else ""
