"""Loads that break their contract, taken out: their rows wait in quarantine like any refused row."""

from __future__ import annotations

import os
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from siyu.errors import ConfigError
from siyu.fingerprint import forget
from siyu.run_lock import one_landing
from siyu.settings import Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw.expectations import validate_load
from siyu.sources.raw.ledger import Ledger, LedgerFile, part_paths, read_ledgers, write_ledger
from siyu.sources.raw.proven import unproven_loads
from siyu.sources.raw.quarantine import refused_path

REASON = "broke_contract"


@dataclass(frozen=True)
class TakenOut:
    """One table of one file whose rows were taken out; `rules` are those that the load broke."""

    file: str
    load_seq: int
    rows: int
    rules: tuple[str, ...]


def take_out(settings: Settings, source: str) -> list[TakenOut]:
    """Take out what every load landed of a source that breaks its contract as it is today.

    The ledger is written before any part is removed, so a kill leaves parts that no ledger names.
    Raises ConfigError when the source is not known, or no load of it breaks its contract.
    """
    contracts = load_contracts(settings.config_dir)
    if source not in contracts:
        raise ConfigError(f"{source}: no such source; see siyu source list")
    with one_landing(settings):
        ledgers = {one.load_seq: one for one in read_ledgers(settings)}
        taken: list[TakenOut] = []
        for load_seq in unproven_loads(settings, list(ledgers.values()), source):
            result = validate_load(settings, contracts, source, load_seq)
            broken = tuple(e.name for e in result.expectations if not e.ok)
            if broken:
                taken += _take(settings, ledgers[load_seq], source, broken)
    if not taken:
        raise ConfigError(f"{source}: no load waits that breaks its contract; nothing to take out")
    forget(settings)
    return taken


def _take(
    settings: Settings, ledger: Ledger, source: str, rules: tuple[str, ...]
) -> list[TakenOut]:
    chosen = [f for f in ledger.files if f.source == source and f.rows_landed]
    parts = [path for f in chosen for path in part_paths(settings, ledger.load_seq, f)]
    for file in chosen:
        _refuse_all(settings, ledger.load_seq, file)
    files = tuple(_without_rows(f) if f in chosen else f for f in ledger.files)
    write_ledger(settings, ledger.model_copy(update={"files": files}))
    for path in parts:
        path.unlink(missing_ok=True)
    return [TakenOut(f.file, ledger.load_seq, f.rows_landed, rules) for f in chosen]


def _without_rows(file: LedgerFile) -> LedgerFile:
    reasons = dict(sorted({**file.reasons, REASON: file.rows_landed}.items()))
    none_landed = {"rows_landed": 0, "parts": 0, "ignored": {}}
    return file.model_copy(
        update={**none_landed, "rows_quarantined": file.rows_in, "reasons": reasons}
    )


def _refuse_all(settings: Settings, load_seq: int, file: LedgerFile) -> None:
    """Put the landed rows beside those that were refused; what they hold is not shown."""
    target = refused_path(settings, load_seq, file.part or file.sha256)
    landed = [str(path) for path in part_paths(settings, load_seq, file)]
    rows = (
        "select $source as source, _file, _row, $reason as reason, '' as field, '{}' as record"
        " from read_parquet($landed)"
    )
    values: dict[str, object] = {"source": file.source, "reason": REASON, "landed": landed}
    if target.exists():
        rows = f"from read_parquet($refused) where reason <> $reason union all by name ({rows})"
        values["refused"] = str(target)
    with duckdb.connect() as con:
        table: pa.Table = con.execute(f"from ({rows}) order by _row", values).to_arrow_table()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = target.with_suffix(".new")
    pq.write_table(table, aside, compression="zstd")
    os.replace(aside, target)
    os.chmod(settings.quarantine_dir, 0o700)
