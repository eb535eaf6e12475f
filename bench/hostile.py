"""Hostile files: nothing crashes, nothing is lost, and a good file lands beside them.

    python -m bench.hostile [files]

Samples of every contract are truncated, bit-flipped, spliced with each other, given huge cells, formula
cells, wrong encodings, and put into zips with path tricks; then a brand ingests them in loads of 500.
Counted, not assumed: loads that raised, rows in that neither landed (in the Parquet files themselves)
nor were quarantined, files without an entry in the ledger or, refused, without their very bytes in
quarantine, files written outside the data folder, good files that no query finds at the end. Prints a
table and, as its last line, one JSON object.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from bench.verdict import report
from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.land.ingest import ingest
from siyu.sources.raw.ledger import LedgerFile, part_paths
from siyu.sources.raw.views import prepare_raw

SAMPLES = PROJECT_DIR / "tests" / "sources" / "samples"
LOAD_FILES = 500
FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2+3", "=cmd|' /C calc'!A0")
TRICKS = ("../../up.csv", "/root.csv", "a\\..\\b.csv", "x" * 300, "nul\x01.csv", "..")
GOOD = "券码,券批次,会员号,面额,使用门槛,发放时间,过期日期,券状态,订单号\n"


def truncated(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def flipped(data: bytes, other: bytes, rng: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(rng.randint(1, 40)):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def spliced(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def with_huge_cell(data: bytes, other: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return (
        data[:at]
        + rng.choice((b"A", b'"', b"\xe4\xb8\xad", b"9")) * rng.choice((70_000, 300_000))
        + data[at:]
    )


def with_formulas(data: bytes, other: bytes, rng: random.Random) -> bytes:
    cells = data.split(b",")
    for _ in range(rng.randint(1, 5)):
        cells[rng.randrange(len(cells))] = rng.choice(FORMULAS).encode()
    return b",".join(cells)


def in_wrong_encoding(data: bytes, other: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16-be", "big5", "latin-1", "utf-32", "utf-7")), "replace")


def with_stray_quotes(data: bytes, other: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data))
        data = data[:at] + b'"' + data[at:]
    return data


def in_a_tricky_zip(data: bytes, other: bytes, rng: random.Random) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in rng.sample(TRICKS, 2):
            archive.writestr(name, rng.choice((data, other)))
    found = whole.getvalue()
    return found if rng.random() < 0.7 else flipped(found, other, rng)


MUTATIONS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (
    truncated, flipped, spliced, with_huge_cell, with_formulas, in_wrong_encoding,
    with_stray_quotes, in_a_tricky_zip,
)  # fmt: skip


def hostile_file(number: int) -> tuple[str, str, bytes]:
    """Kind, name and bytes of one hostile file: the same for a number in every run."""
    rng = random.Random(number)
    samples = sorted(p for p in SAMPLES.iterdir() if p.suffix != ".md")
    sample, other = rng.choice(samples), rng.choice(samples)
    mutate = MUTATIONS[number % len(MUTATIONS)]
    content = mutate(sample.read_bytes(), other.read_bytes(), rng)
    suffix = ".zip" if mutate is in_a_tricky_zip else sample.suffix
    return mutate.__name__, f"{number:06d}_{sample.stem}{suffix}", content


@dataclass
class Toll:
    """What loads of hostile files came to; all but `outcomes` and `rows_in` are losses."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows_in: int = 0
    crashed: int = 0
    rows_lost: int = 0
    files_lost: int = 0
    good_files_lost: int = 0
    written_outside: int = 0

    @property
    def losses(self) -> dict[str, int]:
        kept = ("outcomes", "rows_in")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in kept}


def attack(data: Path, numbers: range, toll: Toll) -> None:
    """Ingest these files as one load, with a good one, and count in `toll` what is lost of them."""
    settings = Settings(data, PROJECT_DIR / "config")
    settings.landing_dir.mkdir(parents=True, exist_ok=True)
    for old in settings.landing_dir.iterdir():
        old.unlink()
    kinds: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    for number in numbers:
        kind, name, content = hostile_file(number)
        kinds[name], contents[name] = kind, content
        (settings.landing_dir / name).write_bytes(content)
    good = f"C{numbers.start},春,M1,1.00,1,2026-08-01 09:00:00,2026-12-31,未使用,\n"
    (settings.landing_dir / "good.csv").write_text(GOOD + good, encoding="utf-8")
    for path in settings.landing_dir.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    try:
        result = ingest(settings, date(2026, 9, 1))
    except Exception:
        traceback.print_exc()
        toll.crashed += 1
        return
    met: dict[str, set[str]] = {}
    for entry in result.files:
        toll.rows_in += entry.rows_in
        toll.rows_lost += abs(entry.rows_in - entry.rows_landed - entry.rows_quarantined)
        toll.rows_lost += abs(entry.rows_landed - _rows_in_parts(settings, result.load_seq, entry))
        met.setdefault(entry.file.split("//")[0], set()).add(entry.status)
    toll.good_files_lost += met.get("good.csv") != {"landed"}
    for name, content in contents.items():
        statuses = met.get(name, set())
        for status in statuses:
            toll.outcomes[(kinds[name], status)] += 1
        refused = statuses == {"quarantined"}
        if not statuses or (refused and not _is_kept_whole(settings, content)):
            print(f"{name}: lost")
            toll.files_lost += 1
    toll.written_outside += sum(data not in p.parents for p in data.parent.rglob("*.csv"))


def _rows_in_parts(settings: Settings, load_seq: int, entry: LedgerFile) -> int:
    """Rows that the Parquet files of a ledger entry really hold."""
    if entry.status != "landed":
        return 0
    paths = part_paths(settings, load_seq, entry)
    return sum(pq.read_metadata(path).num_rows for path in paths)


def _is_kept_whole(settings: Settings, content: bytes) -> bool:
    kept = settings.quarantine_dir / "files" / hashlib.sha256(content).hexdigest()[:16]
    return any(p.read_bytes() == content for p in kept.glob("*") if p.is_file())


def usable(data: Path) -> int:
    """Rows of the good files in the warehouse's views; raises when it cannot be read."""
    settings = Settings(data, PROJECT_DIR / "config")
    contracts = load_contracts(settings.config_dir)
    with duckdb.connect() as con:
        prepare_raw(con, settings, contracts, None)
        for source in contracts:
            con.execute(f'select count(*) from typed."{source}"').fetchall()
        return int(
            con.execute("select count(*) from typed.coupon where batch = '春'").fetchall()[0][0]
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=10_000)
    files = parser.parse_args().files
    os.environ.setdefault("SIYU_KEY", "5a" * 32)
    toll = Toll()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "brand" / "data"
        for start in range(0, files, LOAD_FILES):
            attack(data, range(start, min(start + LOAD_FILES, files)), toll)
        loads = -(-files // LOAD_FILES)
        toll.good_files_lost = max(toll.good_files_lost, loads - usable(data))
    statuses = ("landed", "quarantined", "unpacked", "duplicate")
    print(f"{'kind of file':20}" + "".join(f"{s:>13}" for s in statuses))
    for kind in (m.__name__ for m in MUTATIONS):
        print(f"{kind:20}" + "".join(f"{toll.outcomes[(kind, s)]:13,}" for s in statuses))
    print(f"{files:,} files, {toll.rows_in:,} rows in")
    report("hostile", dict(toll.losses), dict.fromkeys(toll.losses, 0))


if __name__ == "__main__":
    main()
