"""The ledger: one JSON file per load, written last, so that it commits what lies beside it."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from siyu.settings import Settings

Status = Literal["landed", "quarantined", "duplicate", "unpacked"]


class LedgerFile(BaseModel):
    """What became of one table of one file. rows_in = rows_landed + rows_quarantined.

    `ignored` counts landed rows that change nothing, by reason. `part` names the Parquet files that
    hold the rows; there are `parts` of them. `watermark` says how far a database was read: column
    and value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    sha256: str
    bytes: int
    status: Status
    source: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    rows_in: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    reasons: dict[str, int] = {}
    ignored: dict[str, int] = {}
    store_id: str | None = None
    part: str | None = None
    parts: int = 1
    data_from_on: date | None = None
    data_to_on: date | None = None
    contract_version: str | None = None
    watermark: str | None = None
    message: str = ""


class Ledger(BaseModel):
    """One load: its number, its business day and its files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    load_seq: int
    as_of: date
    contracts_hash: str
    files: tuple[LedgerFile, ...]


def ledger_dir(settings: Settings) -> Path:
    return settings.raw_dir / "_ledger"


def read_ledgers(settings: Settings) -> list[Ledger]:
    """All loads, oldest first."""
    return [
        Ledger.model_validate_json(path.read_text(encoding="utf-8"))
        for path in sorted(ledger_dir(settings).glob("*.json"))
    ]


def write_ledger(settings: Settings, ledger: Ledger) -> None:
    """Commit a load: the file is written aside and renamed."""
    folder = ledger_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{ledger.load_seq:06d}.json"
    aside = target.with_suffix(".new")
    text = json.dumps(ledger.model_dump(mode="json"), ensure_ascii=False, indent=1)
    with aside.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, target)


def part_path(settings: Settings, source: str, load_seq: int, name: str) -> Path:
    """Where the first part of one table of one load lies; `name` is a hash or `LedgerFile.part`."""
    return settings.raw_dir / source / f"load={load_seq:06d}" / f"{name[:16]}.parquet"


def part_of(first: Path, number: int) -> Path:
    """Where part `number` (from 0) lies, given where the first one does."""
    return first if number == 0 else first.with_name(f"{first.stem}-{number:04d}.parquet")


def part_paths(settings: Settings, load_seq: int, file: LedgerFile) -> list[Path]:
    """All parts of a landed table, in order of its rows."""
    if file.status != "landed" or file.source is None:
        return []
    first = part_path(settings, file.source, load_seq, file.part or file.sha256)
    return [part_of(first, number) for number in range(file.parts)]
