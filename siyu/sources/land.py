"""Landing to raw: every new file is read once; the ledger, written last, commits the load."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from siyu.errors import ConfigError, PermanentFailure
from siyu.identity.rules import load_identity_rules
from siyu.privacy.keys import load_master_key
from siyu.privacy.pseudonym import Tokeniser
from siyu.privacy.vault import Vault
from siyu.settings import Settings
from siyu.sources.catalogue import contract_version, contracts_hash, load_contracts
from siyu.sources.contract import Contract
from siyu.sources.ledger import Ledger, LedgerFile, part_path, read_ledgers, write_ledger
from siyu.sources.quarantine import keep_file, refused_path
from siyu.sources.rows import land_rows
from siyu.sources.stage import stage
from siyu.sources.tokens import Border

UNFINISHED = (".part", ".tmp", ".crdownload", ".download")
SETTLE_SECONDS = 2.0


@dataclass(frozen=True)
class LoadResult:
    """What a call of ingest did. load_seq is the newest load, whether or not this call made it."""

    load_seq: int
    as_of: date | None
    has_new: bool
    files: tuple[LedgerFile, ...]
    messages: tuple[str, ...]


def ingest(
    settings: Settings, as_of: date | None = None, on_file: Callable[[str], None] | None = None
) -> LoadResult:
    """Land every file of the landing folder that no ledger knows yet.

    Raises ConfigError when `as_of` lies before the newest load, or when the first load has no day.
    """
    contracts = load_contracts(settings.config_dir)
    ledgers = read_ledgers(settings)
    newest = max((one.as_of for one in ledgers), default=None)
    if as_of and newest and as_of < newest:
        raise ConfigError(
            f"--as-of {as_of} lies before the newest night {newest}: a night cannot be played into"
            " the past of the same data folder"
        )
    version = contracts_hash(contracts)
    known = {
        f.sha256
        for one in ledgers
        for f in one.files
        if f.status == "landed" or one.contracts_hash == version
    }
    load_seq = ledgers[-1].load_seq + 1 if ledgers else 1
    paths, messages = _settled(settings.landing_dir)
    border = Border(
        Tokeniser(key := load_master_key(settings)),
        load_identity_rules(settings.config_dir),
        Vault(settings, key),
    )
    new: dict[str, Path] = {}
    for path in paths:
        sha256 = _hash(path)
        if sha256 not in known:
            new.setdefault(sha256, path)
    scratch = settings.raw_dir / ".scratch"
    landing = Landing(settings, contracts, load_seq, border, scratch)
    # DuckDB lets go of Python's lock, and a file keeps one core busy: as many at once as cores.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        entries = list(pool.map(lambda sha256: landing.land(sha256, new[sha256], on_file), new))
    shutil.rmtree(scratch, ignore_errors=True)
    messages += [entry.message for entry in entries if entry.message]
    files = tuple(entries)
    if not files:
        last = ledgers[-1].load_seq if ledgers else 0
        return LoadResult(last, as_of or newest, False, (), tuple(messages))
    days = [f.data_to_on for f in files if f.data_to_on] + ([newest] if newest else [])
    day = as_of or max(days, default=None)
    if day is None:
        messages += [
            "no file gave a business day: nothing landed; say --as-of or drop readable exports in"
        ]
        raise PermanentFailure("\n".join(messages))
    write_ledger(
        settings, Ledger(load_seq=load_seq, as_of=day, contracts_hash=version, files=files)
    )
    return LoadResult(load_seq, day, True, files, tuple(messages))


def _settled(landing: Path) -> tuple[list[Path], list[str]]:
    """Files that are whole, in order of name, and a line for each that is still being written."""
    paths = [
        p
        for p in sorted(landing.rglob("*"))
        if p.is_file()
        and not any(part.startswith((".", "~$")) for part in p.relative_to(landing).parts)
    ]
    unfinished = [p for p in paths if p.suffix.lower() in UNFINISHED]
    paths = [p for p in paths if p not in unfinished]
    before = {p: _state(p) for p in paths}
    youngest = max((s[1] for s in before.values()), default=0) / 1e9
    wait = SETTLE_SECONDS - (time.time() - youngest)
    if 0 < wait <= SETTLE_SECONDS:
        time.sleep(wait)
    moving = [p for p in paths if _state(p) != before[p]]
    lines = [
        f"{p.relative_to(landing)}: still being written: left for the next run"
        for p in sorted({*unfinished, *moving})
    ]
    return [p for p in paths if p not in moving], lines


def _state(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (-1, 0)
    return (stat.st_size, stat.st_mtime_ns)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Landing:
    """One load at work: what every file of it needs. Files do not know of each other."""

    settings: Settings
    contracts: dict[str, Contract]
    load_seq: int
    border: Border
    scratch: Path

    def land(self, sha256: str, path: Path, on_file: Callable[[str], None] | None) -> LedgerFile:
        """Land one file, or keep it whole in quarantine with the reason."""
        name = path.relative_to(self.settings.landing_dir).as_posix()
        if on_file:
            on_file(name)
        spare = self.scratch / sha256[:16]
        spare.mkdir(parents=True, exist_ok=True)
        size = path.stat().st_size
        con = duckdb.connect()
        con.execute("set threads = 1")
        con.execute("set temp_directory = $d", {"d": str(spare)})
        try:
            staged = stage(path, self.contracts)
            contract = staged.contract
            landed = land_rows(
                con,
                staged,
                path.name,
                sha256,
                self.load_seq,
                self.border,
                part_path(self.settings, contract.id, self.load_seq, sha256),
                refused_path(self.settings, self.load_seq, sha256),
                spare / "body.csv",
            )
        except PermanentFailure as fault:
            message = f"{name}: {fault}"
            keep_file(self.settings, path, sha256, message)
            return LedgerFile(
                file=name, sha256=sha256, bytes=size, status="quarantined", message=message
            )
        finally:
            con.close()
            (spare / "body.csv").unlink(missing_ok=True)
        if landed.rows_quarantined:
            os.chmod(self.settings.quarantine_dir, 0o700)
        return LedgerFile(
            file=name,
            sha256=sha256,
            bytes=size,
            status="landed",
            source=contract.id,
            sheet=staged.table.sheet,
            encoding=getattr(staged.table, "encoding", None),
            contract_version=contract_version(contract),
            **landed.__dict__,
        )
