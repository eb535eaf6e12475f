"""Landing to raw: every new file is read once; the ledger, written last, commits the load."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from siyu.data_key import load_data_key
from siyu.errors import ConfigError, PermanentFailure
from siyu.identity.rules import load_identity_rules
from siyu.privacy.pseudonym import Tokeniser
from siyu.privacy.sealing import Sealing
from siyu.privacy.vault import Vault
from siyu.run_lock import one_landing
from siyu.settings import Settings
from siyu.sources.block.place import Place
from siyu.sources.block.tokens import Border
from siyu.sources.contracts.catalogue import contract_version, contracts_hash, load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.stores import Stores, load_stores
from siyu.sources.database.watermark import of_name, to_text
from siyu.sources.land.arrivals import (
    Arrival,
    Arrivals,
    known_names,
    look_through,
    pulled_arrivals,
    quarantine,
    settled_files,
)
from siyu.sources.land.memory import memory_for_landing
from siyu.sources.land.rows import land_rows
from siyu.sources.raw.ignored import with_ignored
from siyu.sources.raw.ledger import (
    Ledger,
    LedgerFile,
    part_path,
    part_paths,
    read_ledgers,
    write_ledger,
)
from siyu.sources.raw.quarantine import refused_path
from siyu.sources.recognise.stage import Staged, Unread, stage_all, stage_pulled

# What parsers raise on bytes that lie about themselves. A full disk or a bug of ours is none of these.
SPOILT = (
    csv.Error, UnicodeError, NotImplementedError, RecursionError, OverflowError, struct.error,
    zlib.error, zipfile.BadZipFile, EOFError,
)  # fmt: skip


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
    all. Raises ConfigError when `as_of` lies before the newest load, PermanentFailure when the first
    load has no day. Whoever comes second waits, and finds nothing new.
    """
    with one_landing(settings):
        return _ingest(settings, as_of, on_file, again)


def _ingest(
    settings: Settings,
    as_of: date | None,
    on_file: Callable[[str], None] | None,
    again: Mapping[str, frozenset[int] | None] | None,
) -> LoadResult:
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
    paths, messages = settled_files(settings.landing_dir)
    scratch = settings.raw_dir / ".scratch"
    known = known_names(ledgers, version) if again is None else {}
    pulled = pulled_arrivals(settings, (n for n, c in contracts.items() if c.database))
    found = look_through(settings, paths, known, scratch, pulled)
    if again is not None:
        wanted = {one.split("/")[0] for one in again}
        found = Arrivals(tuple(a for a in found.new if a.sha256[:16] in wanted), ())
    entries = list(found.entries)
    if found.new:
        for stray in settings.raw_dir.glob(f"*/load={load_seq:06d}"):
            # Parts of a load that no ledger names: an earlier run was killed.
            shutil.rmtree(stray)
        key = load_data_key(settings)
        # DuckDB lets go of Python's lock, and a block keeps one core busy: as many as cores.
        cores = os.cpu_count() or 1
        with (
            memory_for_landing(),
            Sealing(Vault(settings, key)) as sealing,
            ThreadPoolExecutor(cores) as files,
            ThreadPoolExecutor(cores) as blocks,
        ):
            border = Border(Tokeniser(key), load_identity_rules(settings.config_dir), sealing)
            stores = load_stores(settings.config_dir)
            landing = Landing(settings, contracts, stores, load_seq, border, scratch, blocks, again)
            for landed in files.map(lambda one: landing.land(one, on_file), found.new):
                entries += landed
        entries = with_ignored(settings, contracts, ledgers, load_seq, entries)
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


def table_name(sha256: str, number: int) -> str:
    """The name of one table of a file: that of its bytes, or a hash that tells the place apart."""
    return hashlib.sha256(f"{sha256}/{number}".encode()).hexdigest() if number else sha256


def table_key(sha256: str, number: int) -> str:
    """What `again` calls one table of a file."""
    return f"{sha256[:16]}/{table_name(sha256, number)[:16]}"


def _watermark(arrival: Arrival, contract: Contract) -> str | None:
    """How far a database was read with this file; it counts once the ledger holds it."""
    mark = of_name(arrival.own_name) if arrival.source else None
    if mark is None or contract.database is None:
        return None
    return to_text(contract.database.watermark, mark)


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
        work = self.scratch / f"{arrival.sha256[:16]}.work"
        work.mkdir(parents=True, exist_ok=True)
        done: list[LedgerFile] = []
        try:
            staged, unread = self._stage(arrival)
            for number, table in enumerate(staged):
                if self.again is not None and table_key(arrival.sha256, number) not in self.again:
                    continue
                done.append(self._land_table(arrival, table, number, work))
            done += [quarantine(self.settings, arrival, u.message, u.sheet) for u in unread]
        except (PermanentFailure, *SPOILT) as fault:
            for entry in done:
                for path in part_paths(self.settings, self.load_seq, entry):
                    path.unlink(missing_ok=True)
            line = str(fault)
            if not isinstance(fault, PermanentFailure):
                # The words of a parser may quote the file, so only its kind is told.
                line = f"cannot be read ({type(fault).__name__}); export it again"
            return [quarantine(self.settings, arrival, line)]
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if any(entry.rows_quarantined for entry in done):
            os.chmod(self.settings.quarantine_dir, 0o700)
        return done

    def _stage(self, arrival: Arrival) -> tuple[list[Staged], list[Unread]]:
        if arrival.source is None:
            return stage_all(arrival.path, self.contracts)
        return [stage_pulled(arrival.path, self.contracts[arrival.source])], []

    def _land_table(self, arrival: Arrival, table: Staged, number: int, work: Path) -> LedgerFile:
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
            work,
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
            watermark=_watermark(arrival, contract),
            **landed.__dict__,
        )
