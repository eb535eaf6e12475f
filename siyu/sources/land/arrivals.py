"""What has arrived in the landing folder: whole files, each content once, archives opened."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from siyu.errors import ConfigError, PermanentFailure
from siyu.settings import Settings
from siyu.sources.raw.ledger import Ledger, LedgerFile
from siyu.sources.raw.ledger_name import ARCHIVE_MARK, pulled_name
from siyu.sources.raw.quarantine import keep_file
from siyu.sources.read.archive import archive_passwords, is_archive, unpack
from siyu.sources.read.file_name import readable_name, why_unreadable

UNFINISHED = (".part", ".tmp", ".crdownload", ".download")
SETTLE_SECONDS = 2.0


@dataclass(frozen=True)
class Arrival:
    """One file to land. `name` is its place in the landing folder, an archive's name before its own.

    `source` is known beforehand for what was read from a database.
    """

    name: str
    path: Path
    sha256: str
    source: str | None = None

    @property
    def own_name(self) -> str:
        return self.name.split("/")[-1]


@dataclass(frozen=True)
class Arrivals:
    """What there is to land, and what is settled without: copies, archives, broken archives."""

    new: tuple[Arrival, ...]
    entries: tuple[LedgerFile, ...]


def settled_files(landing: Path) -> tuple[list[Path], list[str]]:
    """Files that are whole, in order of name, and a line for each that is not, or may not be read.

    Raises ConfigError when the landing folder is a file.
    """
    if landing.is_file():
        raise ConfigError(f"{landing}: a file; exports are looked for in a folder of this name")
    paths = [
        p
        for p in sorted(landing.rglob("*"))
        if p.is_file()
        and not any(part.startswith((".", "~$")) for part in p.relative_to(landing).parts)
    ]
    unfinished = [p for p in paths if p.suffix.lower() in UNFINISHED]
    shut = {p: why for p in paths if p not in unfinished and (why := why_unreadable(p))}
    paths = [p for p in paths if p not in unfinished and p not in shut]
    before = {p: _state(p) for p in paths}
    youngest = max((s[1] for s in before.values()), default=0) / 1e9
    wait = SETTLE_SECONDS - (time.time() - youngest)
    if 0 < wait <= SETTLE_SECONDS:
        time.sleep(wait)
    moving = [p for p in paths if _state(p) != before[p]]
    told = (
        dict.fromkeys([*unfinished, *moving], "still being written: left for the next run") | shut
    )
    lines = [f"{readable_name(p.relative_to(landing))}: {why}" for p, why in sorted(told.items())]
    return [p for p in paths if p not in moving], lines


def pulled_arrivals(settings: Settings, sources: Iterable[str]) -> list[Arrival]:
    """Every file that was read from the database of one of these sources, in order of name.

    The hash is that of name and bytes: equal rows of two tables, or of one table read by another
    watermark, are no copies of each other.
    """
    return [
        Arrival(name := pulled_name(source, path.name), path, _hash(path, name), source)
        for source in sorted(sources)
        for path in sorted((settings.pulled_dir / source).glob("*.csv"))
    ]


def _state(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (-1, 0)
    return (stat.st_size, stat.st_mtime_ns)


def _hash(path: Path, name: str = "") -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha256(name.encode())).hexdigest()


def _plain(path: Path, scratch: Path, sha256: str) -> Path:
    """The file under a name that every reader takes: a link when its own is not UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        link = scratch / f"{sha256[:16]}.named"
        scratch.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path.absolute())
        return link
    return path


def known_names(ledgers: list[Ledger], version: str) -> dict[str, dict[str, str]]:
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


def look_through(
    settings: Settings,
    paths: list[Path],
    known: dict[str, dict[str, str]],
    scratch: Path,
    pulled: Iterable[Arrival] = (),
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

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        hashes = list(pool.map(_hash, paths))
    for path, sha256 in zip(paths, hashes, strict=True):
        name = readable_name(path.relative_to(settings.landing_dir))
        arrival, size = Arrival(name, _plain(path, scratch, sha256), sha256), path.stat().st_size
        if not meet(arrival, size):
            continue
        new[arrival.sha256] = arrival
        if not is_archive(path):
            continue
        try:
            members = unpack(path, scratch / arrival.sha256[:16], passwords)
        except PermanentFailure as fault:
            del new[arrival.sha256]
            entries.append(quarantine(settings, arrival, str(fault)))
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
    for arrival in pulled:
        if meet(arrival, arrival.path.stat().st_size):
            new[arrival.sha256] = arrival
    return Arrivals(tuple(new.values()), tuple(entries))


def quarantine(
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
