"""What lies in quarantine today, from the ledgers: whole files, and rows of files that landed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from siyu.errors import ConfigError
from siyu.privacy.mask import mask_text
from siyu.settings import Settings
from siyu.sources.raw.ledger import LedgerFile, read_ledgers
from siyu.sources.raw.ledger_name import place_of
from siyu.sources.raw.quarantine import refused_path

_SHORTEST = 4


@dataclass(frozen=True)
class Quarantined:
    """One file with something in quarantine. `id` is the start of its content hash.

    `source` is None when the whole file is kept; then `message` is the reason.
    """

    id: str
    file: str
    load_seq: int
    source: str | None
    rows: int
    reasons: dict[str, int]
    message: str
    entry: LedgerFile


@dataclass(frozen=True)
class RefusedRow:
    """A refused row; `record` shows no personal column."""

    row_no: int
    reason: str
    field: str
    record: dict[str, str | None]


def open_quarantine(settings: Settings) -> list[Quarantined]:
    """Files whose newest entry still leaves something refused, oldest first."""
    newest: dict[tuple[str, str], tuple[int, LedgerFile]] = {}
    for ledger in read_ledgers(settings):
        for entry in ledger.files:
            if entry.status in ("landed", "quarantined"):
                if entry.status == "landed":
                    newest.pop((entry.sha256, entry.sheet or ""), None)
                    newest.pop((entry.sha256, ""), None)
                place = entry.part if entry.status == "landed" else entry.sheet
                newest[entry.sha256, place or ""] = (ledger.load_seq, entry)
    return [
        Quarantined(
            id=sha256[:16],
            file=entry.file,
            load_seq=load_seq,
            source=entry.source,
            rows=entry.rows_quarantined,
            reasons=entry.reasons,
            message=entry.message,
            entry=entry,
        )
        for (sha256, _), (load_seq, entry) in newest.items()
        if entry.status == "quarantined" or entry.rows_quarantined
    ]


def find_quarantined(settings: Settings, word: str) -> Quarantined:
    """The one quarantined file of an id, of its first letters or of its name.

    Raises ConfigError when there is none or more than one.
    """
    known = open_quarantine(settings)
    found = [q for q in known if q.id == word or q.file == word or Path(q.file).name == word]
    if not found and len(word) >= _SHORTEST:
        found = [q for q in known if q.id.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{q.id} ({q.file})" for q in found)
        raise ConfigError(
            f"{word}: more than one file in quarantine: {listed}; say which by its id"
        )
    raise ConfigError(f"{word}: not in quarantine; see siyu quarantine list")


def kept_copy(settings: Settings, item: Quarantined) -> Path | None:
    """Where the bytes of a quarantined file lie: its copy, or the landed original."""
    folder = settings.quarantine_dir / "files" / item.id
    copies = [p for p in sorted(folder.glob("*")) if p.name != "reason.json" and p.is_file()]
    landed = place_of(settings, item.file)
    found = [*copies, *([landed] if landed.is_file() else [])]
    return found[0] if found else None


def refused_rows(settings: Settings, item: Quarantined, limit: int) -> list[RefusedRow]:
    """The refused rows of a file that landed, in order of the file."""
    part = refused_path(settings, item.load_seq, item.entry.part or item.entry.sha256)
    con = duckdb.connect()
    try:
        rows = con.execute(
            "select _row, reason, field, record from read_parquet($part) order by _row limit $n",
            {"part": str(part), "n": limit},
        ).fetchall()
    finally:
        con.close()
    return [
        RefusedRow(row, reason, name, json.loads(mask_text(record)))
        for row, reason, name, record in rows
    ]
