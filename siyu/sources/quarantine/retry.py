"""Quarantined files and rows tried again, after a contract was mended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from siyu.errors import PermanentFailure
from siyu.fingerprint import forget
from siyu.settings import Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.land.ingest import ingest, table_key
from siyu.sources.quarantine.quarantined import Quarantined, kept_copy, open_quarantine
from siyu.sources.raw.ledger import LedgerFile
from siyu.sources.raw.ledger_name import ARCHIVE_MARK, PULLED, place_of
from siyu.sources.raw.quarantine import refused_path
from siyu.sources.read.file_name import plainly_named
from siyu.sources.recognise.stage import stage_all


@dataclass(frozen=True)
class Retried:
    """What became of one file: rows that landed now and rows that are still refused, or why not."""

    id: str
    file: str
    rows_landed: int
    rows_refused: int
    message: str


def retry(settings: Settings, items: list[Quarantined] | None = None) -> list[Retried]:
    """Try quarantined files again (default: all of them) in a load of their own.

    Of a file that landed only the refused rows are read again, so nothing lands twice. A file that
    no contract reads yet stays where it is, and no load is written for it. The next `siyu run` plays
    the night with what landed.
    """
    contracts = load_contracts(settings.config_dir)
    chosen = open_quarantine(settings) if items is None else items
    again: dict[str, frozenset[int] | None] = {}
    waiting: list[tuple[Quarantined, str, tuple[str, ...]]] = []
    for item in chosen:
        why, tables = _put_back(settings, item, contracts)
        again |= dict.fromkeys(tables, _rows(settings, item) if tables else None)
        waiting.append((item, why, tables))
    files: tuple[LedgerFile, ...] = ()
    if again:
        files = ingest(settings, again=again).files
        forget(settings)
    results = []
    for item, why, tables in waiting:
        parts = {key.split("/")[1] for key in tables}
        done = [f for f in files if f.sha256 == item.entry.sha256 and (f.part or "") in parts]
        results.append(
            Retried(
                item.id,
                item.file,
                sum(f.rows_landed for f in done),
                sum(f.rows_quarantined for f in done) if done else item.rows,
                why or next((f.message for f in done if f.message), ""),
            )
        )
    return results


def _put_back(
    settings: Settings, item: Quarantined, contracts: Mapping[str, Contract]
) -> tuple[str, tuple[str, ...]]:
    """See that the bytes are in landing; gives why not, or the tables to land."""
    sha256 = item.entry.sha256
    copy = kept_copy(settings, item)
    if copy is None:
        return "its bytes are neither in quarantine nor in landing; drop the file in again", ()
    if item.source is None and item.entry.sheet:
        return "other tables of this file have landed; drop the sheet in as a file of its own", ()
    try:
        # What a database gave is one table of a contract that is known.
        is_pulled = item.file.startswith(PULLED)
        with plainly_named(copy) as plain:
            count = 1 if is_pulled else len(stage_all(plain, contracts)[0])
    except PermanentFailure as fault:
        return str(fault), ()
    tables = [table_key(sha256, number) for number in range(count)]
    if item.source is not None:
        tables = [t for t in tables if t.split("/")[1] == (item.entry.part or sha256[:16])]
    # What came in an archive comes back under its own name.
    target = place_of(settings, item.file.split(ARCHIVE_MARK)[-1])
    if not target.exists() and not place_of(settings, item.file).exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.part")
        shutil.copyfile(copy, aside)
        os.replace(aside, target)
    return "", tuple(tables)


def _rows(settings: Settings, item: Quarantined) -> frozenset[int] | None:
    """The refused rows of a file that landed; None means all rows of the file."""
    if item.source is None:
        return None
    part = refused_path(settings, item.load_seq, item.entry.part or item.entry.sha256)
    con = duckdb.connect()
    try:
        rows = con.execute("select _row from read_parquet($p)", {"p": str(part)}).fetchall()
    finally:
        con.close()
    return frozenset(row for (row,) in rows)
