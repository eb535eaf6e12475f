"""Landing to raw: every new file is read once; the ledger, written last, commits the load."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import struct
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
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
from siyu.sources.archive import archive_passwords, is_archive, unpack
from siyu.sources.catalogue import contract_version, contracts_hash, load_contracts
from siyu.sources.contract import Contract
from siyu.sources.ignored import count_ignored
from siyu.sources.ledger import (
    Ledger,
    LedgerFile,
    part_path,
    part_paths,
    read_ledgers,
    write_ledger,
)
from siyu.sources.quarantine import keep_file, refused_path
from siyu.sources.rows import Place, land_rows
from siyu.sources.stage import Staged, stage_all
from siyu.sources.stores import Stores, load_stores
from siyu.sources.tokens import Border

UNFINISHED = (".part", ".tmp", ".crdownload", ".download")
SETTLE_SECONDS = 2.0
# What parsers raise on bytes that lie about themselves. A full disk or a bug of ours is none of these.
SPOILT = (
    csv.Error, UnicodeError, NotImplementedError, RecursionError, OverflowError, struct.error,
    zlib.error, zipfile.BadZipFile, EOFError,
)  # fmt: skip
# Between an archive's name and that of a file in it.
ARCHIVE_MARK = "//"


@dataclass(frozen=True)
class LoadResult:
    """What a call of ingest did. load_seq is the newest load, whether or not this call made it."""

    load_seq: int
    as_of: date | None
    has_new: bool
    files: tuple[LedgerFile, ...]
    messages: tuple[str, ...]


def ingest(
    settings: Settings,
    as_of: date | None = None,
    on_file: Callable[[str], None] | None = None,
    again: Mapping[str, frozenset[int] | None] | None = None,
) -> LoadResult:
    """Land every file of the landing folder that no ledger knows yet.

    `again` lands nothing but these tables, known or not: `table_key` -> the rows to land, None for
    all. Raises ConfigError when `as_of` lies
    before the newest load, or when the first load has no day.
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
    load_seq = ledgers[-1].load_seq + 1 if ledgers else 1
    paths, messages = _settled(settings.landing_dir)
    scratch = settings.raw_dir / ".scratch"
    known = _known(ledgers, version) if again is None else {}
    found = _look_through(settings, paths, known, scratch)
    if again is not None:
        wanted = {one.split("/")[0] for one in again}
        found = Arrivals(tuple(a for a in found.new if a.sha256[:16] in wanted), ())
    entries = list(found.entries)
    if found.new:
        for stray in settings.raw_dir.glob(f"*/load={load_seq:06d}"):
            # Parts of a load that no ledger names: an earlier run was killed.
            shutil.rmtree(stray)
        border = Border(
            Tokeniser(key := load_master_key(settings)),
            load_identity_rules(settings.config_dir),
            Vault(settings, key),
        )
        # DuckDB lets go of Python's lock, and a block keeps one core busy: as many as cores.
        cores = os.cpu_count() or 1
        with ThreadPoolExecutor(cores) as files, ThreadPoolExecutor(cores) as blocks:
            stores = load_stores(settings.config_dir)
            landing = Landing(settings, contracts, stores, load_seq, border, scratch, blocks, again)
            for landed in files.map(lambda one: landing.land(one, on_file), found.new):
                entries += landed
        entries = _with_ignored(settings, contracts, ledgers, load_seq, entries)
    shutil.rmtree(scratch, ignore_errors=True)
    files_done = tuple(sorted(entries, key=lambda e: (e.file, e.sheet or "", e.part or "")))
    messages += [e.message for e in files_done if e.message and e.status == "quarantined"]
    if not files_done:
        last = ledgers[-1].load_seq if ledgers else 0
        return LoadResult(last, as_of or newest, False, (), tuple(messages))
    days = [f.data_to_on for f in files_done if f.data_to_on] + ([newest] if newest else [])
    day = as_of or max(days, default=None)
    if day is None:
        messages += [
            "no file gave a business day: nothing landed; say --as-of or drop readable exports in"
        ]
        raise PermanentFailure("\n".join(messages))
    write_ledger(
        settings, Ledger(load_seq=load_seq, as_of=day, contracts_hash=version, files=files_done)
    )
    has_new = any(f.status in ("landed", "quarantined") for f in files_done)
    return LoadResult(load_seq, day, has_new, files_done, tuple(messages))


def _known(ledgers: list[Ledger], version: str) -> dict[str, dict[str, str]]:
    """Content hash -> names under which it came, for all that need not be read again.

    What was quarantined is tried again once the contracts have changed.
    """
    known: dict[str, dict[str, str]] = {}
    for one in ledgers:
        refused = {f.file.split(ARCHIVE_MARK)[0] for f in one.files if f.status == "quarantined"}
        for f in one.files:
            settled = f.status in ("landed", "duplicate")
            settled = settled or (f.status == "unpacked" and f.file not in refused)
            if settled or one.contracts_hash == version:
                known.setdefault(f.sha256, {})[f.file] = f.file
    return known


@dataclass(frozen=True)
class Arrival:
    """One file to land. `name` is its place in the landing folder, an archive's name before its own."""

    name: str
    path: Path
    sha256: str

    @property
    def own_name(self) -> str:
        return self.name.split("/")[-1]


@dataclass(frozen=True)
class Arrivals:
    """What there is to land, and what is settled without: copies, archives, broken archives."""

    new: tuple[Arrival, ...]
    entries: tuple[LedgerFile, ...]


def _look_through(
    settings: Settings, paths: list[Path], known: dict[str, dict[str, str]], scratch: Path
) -> Arrivals:
    """Every content once, whatever its names and archives; a new name of known bytes is noted."""
    new: dict[str, Arrival] = {}
    entries: list[LedgerFile] = []
    passwords = archive_passwords(settings)

    def meet(arrival: Arrival, size: int) -> bool:
        names = known.get(arrival.sha256, {})
        if arrival.sha256 not in new and not names:
            return True
        if arrival.name not in names:
            first = new[arrival.sha256].name if arrival.sha256 in new else next(iter(names))
            entries.append(
                LedgerFile(
                    file=arrival.name, sha256=arrival.sha256, bytes=size, status="duplicate",
                    message=f"{arrival.name}: same bytes as {first}: nothing of it is new",
                )
            )  # fmt: skip
        return False

    for path in paths:
        name = path.relative_to(settings.landing_dir).as_posix()
        arrival, size = Arrival(name, path, _hash(path)), path.stat().st_size
        if not meet(arrival, size):
            continue
        new[arrival.sha256] = arrival
        if not is_archive(path):
            continue
        try:
            members = unpack(path, scratch / arrival.sha256[:16], passwords)
        except PermanentFailure as fault:
            del new[arrival.sha256]
            entries.append(_quarantine(settings, arrival, str(fault)))
            continue
        del new[arrival.sha256]
        known.setdefault(arrival.sha256, {})[name] = name
        entries.append(
            LedgerFile(
                file=name, sha256=arrival.sha256, bytes=size, status="unpacked",
                message=f"{name}: archive of {len(members)} files",
            )
        )  # fmt: skip
        for member in members:
            inner = Arrival(f"{name}{ARCHIVE_MARK}{member.name}", member.path, member.sha256)
            if meet(inner, member.bytes):
                new[inner.sha256] = inner
    return Arrivals(tuple(new.values()), tuple(entries))


def _quarantine(
    settings: Settings, arrival: Arrival, fault: str, sheet: str | None = None
) -> LedgerFile:
    message = f"{arrival.name}: {fault}"
    keep_file(settings, arrival.path, arrival.sha256, message, arrival.own_name)
    return LedgerFile(
        file=arrival.name,
        sha256=arrival.sha256,
        bytes=arrival.path.stat().st_size,
        status="quarantined",
        sheet=sheet,
        message=message,
    )


def _with_ignored(
    settings: Settings,
    contracts: dict[str, Contract],
    ledgers: list[Ledger],
    load_seq: int,
    entries: list[LedgerFile],
) -> list[LedgerFile]:
    """The entries with their counts of rows that change nothing."""
    counts: dict[str, dict[str, int]] = {}
    con = duckdb.connect()
    try:
        for source in sorted({e.source for e in entries if e.source}):
            new = [
                p for e in entries if e.source == source for p in part_paths(settings, load_seq, e)
            ]
            earlier = [
                p
                for one in ledgers
                for f in one.files
                if f.source == source
                for p in part_paths(settings, one.load_seq, f)
            ]
            # One file alone has nothing to compare with.
            if earlier or sum(e.source == source for e in entries) > 1:
                counts |= count_ignored(con, contracts[source], new, earlier)
    finally:
        con.close()
    counted = []
    for entry in entries:
        totals: Counter[str] = Counter()
        for path in part_paths(settings, load_seq, entry):
            totals.update(counts.get(path.name, {}))
        counted.append(entry.model_copy(update={"ignored": dict(sorted(totals.items()))}))
    return counted


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


def table_name(sha256: str, number: int) -> str:
    """The name of one table of a file: that of its bytes, or a hash that tells the place apart."""
    return hashlib.sha256(f"{sha256}/{number}".encode()).hexdigest() if number else sha256


def table_key(sha256: str, number: int) -> str:
    """What `again` calls one table of a file."""
    return f"{sha256[:16]}/{table_name(sha256, number)[:16]}"


@dataclass(frozen=True)
class Landing:
    """One load at work: what every file of it needs. Files do not know of each other."""

    settings: Settings
    contracts: dict[str, Contract]
    stores: Stores
    load_seq: int
    border: Border
    scratch: Path
    pool: Executor
    again: Mapping[str, frozenset[int] | None] | None = None

    def land(self, arrival: Arrival, on_file: Callable[[str], None] | None) -> list[LedgerFile]:
        """Land every table of one file, or keep the file whole in quarantine with the reason."""
        if on_file:
            on_file(arrival.name)
        spare = self.scratch / f"{arrival.sha256[:16]}.work"
        spare.mkdir(parents=True, exist_ok=True)
        done: list[LedgerFile] = []
        try:
            staged, unread = stage_all(arrival.path, self.contracts)
            for number, table in enumerate(staged):
                if self.again is not None and table_key(arrival.sha256, number) not in self.again:
                    continue
                done.append(self._land_table(arrival, table, number, spare))
            done += [_quarantine(self.settings, arrival, u.message, u.sheet) for u in unread]
        except (PermanentFailure, *SPOILT) as fault:
            for entry in done:
                for path in part_paths(self.settings, self.load_seq, entry):
                    path.unlink(missing_ok=True)
            line = str(fault)
            if not isinstance(fault, PermanentFailure):
                # The words of a parser may quote the file, so only its kind is told.
                line = f"cannot be read ({type(fault).__name__}); export it again"
            return [_quarantine(self.settings, arrival, line)]
        finally:
            shutil.rmtree(spare, ignore_errors=True)
        if any(entry.rows_quarantined for entry in done):
            os.chmod(self.settings.quarantine_dir, 0o700)
        return done

    def _land_table(self, arrival: Arrival, table: Staged, number: int, spare: Path) -> LedgerFile:
        contract = table.contract
        # The first table of a file has the name of its bytes; the others are told apart by place.
        name = table_name(arrival.sha256, number)
        store_id = self.stores.of(arrival.name, contract.platform)
        place = Place(
            arrival.own_name,
            arrival.sha256,
            self.load_seq,
            part_path(self.settings, contract.id, self.load_seq, name),
            refused_path(self.settings, self.load_seq, name),
            spare / f"{number}.csv",
            store_id,
            self.again[table_key(arrival.sha256, number)] if self.again is not None else None,
        )
        landed = land_rows(table, place, self.border, self.pool)
        return LedgerFile(
            file=arrival.name,
            sha256=arrival.sha256,
            bytes=arrival.path.stat().st_size,
            status="landed",
            source=contract.id,
            sheet=table.place or None,
            encoding=table.table.encoding,
            contract_version=contract_version(contract),
            store_id=store_id,
            part=name[:16],
            **landed.__dict__,
        )
