"""How a file would be read, without touching the data folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from siyu.errors import PermanentFailure
from siyu.identity.rules import load_identity_rules
from siyu.privacy.mask import COVER, mask_text
from siyu.privacy.pseudonym import Tokeniser
from siyu.settings import Settings
from siyu.sources.block.block_sql import column_of
from siyu.sources.block.place import Place
from siyu.sources.block.tokens import Border
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.signature import extra_columns
from siyu.sources.land.arrivals import ARCHIVE_MARK
from siyu.sources.land.ingest import SPOILT
from siyu.sources.land.rows import land_rows
from siyu.sources.read.archive import archive_passwords, is_archive, unpack
from siyu.sources.read.file_name import given_file, plainly_named
from siyu.sources.read.open_file import open_tables
from siyu.sources.recognise.diagnosis import Diagnosis, diagnose
from siyu.sources.recognise.stage import Staged, stage_all
from siyu.sources.trial.file_report import FileReport, Reject

SAMPLE_ROWS = 5


def check_file(
    path: Path, settings: Settings, contracts: Mapping[str, Contract] | None = None
) -> FileReport:
    """Read one file the way landing would, in a temporary folder.

    `contracts` default to those of the brand. Raises ConfigError when it is not there or may
    not be read.
    """
    given_file(path)
    contracts = load_contracts(settings.config_dir) if contracts is None else contracts
    with plainly_named(path) as plain:
        if is_archive(plain):
            found = _files_of(plain, settings, contracts)
        else:
            found = _tables_of(plain, plain.name, settings, contracts)
    return replace(found[0], others=tuple(found[1:]))


def _files_of(
    path: Path, settings: Settings, contracts: Mapping[str, Contract]
) -> list[FileReport]:
    """Every table of every file of an archive, or why it is not opened."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            members = unpack(path, Path(folder), archive_passwords(settings))
        except PermanentFailure as fault:
            return [FileReport(path.name, None, str(fault))]
        found = []
        for member in members:
            reports = _tables_of(member.path, member.name.split("/")[-1], settings, contracts)
            whole = f"{path.name}{ARCHIVE_MARK}{member.name}"
            found += [replace(r, file=whole) for r in reports]
    return found or [FileReport(path.name, None, "archive without a file")]


def _tables_of(
    path: Path, name: str, settings: Settings, contracts: Mapping[str, Contract]
) -> list[FileReport]:
    """Every table of one file, as landing tells them apart."""
    try:
        staged, unread = stage_all(path, contracts)
    except (PermanentFailure, *SPOILT) as fault:
        return [_unread(path, name, contracts, _said(fault))]

    def read(one: Staged) -> FileReport:
        return read_trial(path, name, settings, contracts, lambda: one)

    return [read(one) for one in staged] + [
        FileReport(name, None, u.message, sheet=u.sheet) for u in unread
    ]


def read_trial(
    path: Path,
    name: str,
    settings: Settings,
    contracts: Mapping[str, Contract],
    open_file: Callable[[], Staged],
) -> FileReport:
    """Land one table in a temporary folder; `open_file` says by which contract it is read."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        refused = folder / "refused.parquet"
        try:
            staged = open_file()
            # Nothing is kept, so a key of its own will do and the vault stays shut.
            border = Border(Tokeniser(bytes(32)), load_identity_rules(settings.config_dir), None)
            place = Place(
                name, "0" * 64, 1,
                folder / "landed.parquet", refused, folder,
            )  # fmt: skip
            landed = land_rows(staged, place, border)
            with duckdb.connect() as con:
                samples = _samples(con, place.target, staged.contract)
                rejects = _rejects(con, refused) if landed.rows_quarantined else ()
        except (PermanentFailure, *SPOILT) as fault:
            return _unread(path, name, contracts, _said(fault))
    contract, names = staged.contract, staged.match.names
    positions = {n: column_of(f.columns, names) for n, f in contract.fields.items()}
    return FileReport(
        file=name,
        source=contract.id,
        file_format=staged.table.file_format,
        encoding=staged.table.encoding,
        sheet=staged.place or None,
        preamble_rows=staged.match.header_row,
        header_line=staged.match.header_row + 1,
        rows_in=landed.rows_in,
        rows_landed=landed.rows_landed,
        rows_quarantined=landed.rows_quarantined,
        rejects=rejects,
        mapping={n: names[p] for n, p in positions.items() if p is not None},
        not_in_file=tuple(
            n for n, f in contract.fields.items() if positions[n] is None and f.constant is None
        ),
        extra=tuple(extra_columns(contract, names)),
        sample_rows=samples,
    )


def _said(fault: Exception) -> str:
    # The words of a parser may quote the file, so only its kind is told.
    if isinstance(fault, PermanentFailure):
        return str(fault)
    return f"cannot be read ({type(fault).__name__}); export it again"


def _unread(path: Path, name: str, contracts: Mapping[str, Contract], message: str) -> FileReport:
    """What can be said of a file that no contract reads: its form, and the nearest contract."""
    contracts = {name: c for name, c in contracts.items() if c.reads_files}
    try:
        tables = list(open_tables(path, contracts))
    except (PermanentFailure, *SPOILT):
        return FileReport(name, None, message)
    found: list[tuple[int, Diagnosis]] = []
    for place, table in enumerate(tables):
        fitting = [
            c
            for c in contracts.values()
            if table.file_format == "json" or table.file_format in c.recognise.formats
        ]
        found.append((place, diagnose(table.head, fitting or list(contracts.values()))))
    place, best = min(found, key=lambda f: (len(f[1].missing) - len(f[1].shared), f[0]))
    table = tables[place]
    return FileReport(
        file=name,
        source=None,
        message=message,
        file_format=table.file_format,
        encoding=table.encoding,
        sheet=table.sheet,
        preamble_rows=best.header_row,
        header_line=best.header_row + 1,
        nearest=best.nearest,
        missing=best.missing,
        extra=best.extra,
        near_misses=tuple(map(str, best.near_misses)),
    )


def _samples(
    con: duckdb.DuckDBPyConnection, part: Path, contract: Contract
) -> tuple[dict[str, str], ...]:
    """The first landed rows; what is personal shows only whether it is there."""
    kept = {n: f for n, f in contract.fields.items() if f.personal != "drop"}
    columns = ", ".join(f'"{n}"' for n in kept)
    rows = con.execute(
        f"select {columns} from read_parquet($part) order by _row limit {SAMPLE_ROWS}",
        {"part": str(part)},
    ).fetchall()
    return tuple(
        {
            name: (COVER if value else "")
            if kept[name].identifier or kept[name].personal
            else mask_text(value or "")
            for name, value in zip(kept, row, strict=True)
        }
        for row in rows
    )


def _rejects(con: duckdb.DuckDBPyConnection, refused: Path) -> tuple[Reject, ...]:
    rows = con.execute(
        "select reason, field, count(*), list(_row order by _row)[1:5]"
        " from read_parquet($refused) group by all order by count(*) desc, reason, field",
        {"refused": str(refused)},
    ).fetchall()
    return tuple(Reject(reason, name, count, tuple(first)) for reason, name, count, first in rows)
