"""How a file would be read, without touching the data folder."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from siyu.errors import ConfigError, PermanentFailure
from siyu.identity.rules import load_identity_rules
from siyu.privacy.pseudonym import Tokeniser
from siyu.settings import Settings
from siyu.sources.catalogue import load_contracts
from siyu.sources.contract import Contract
from siyu.sources.recognise import extra_columns, missing_columns
from siyu.sources.rows import Border, column_of, land_rows
from siyu.sources.stage import stage

SAMPLE_ROWS = 5


@dataclass(frozen=True)
class FileReport:
    """`source` is None when no contract fits; then `message` says why. Samples are masked."""

    file: str
    source: str | None
    message: str = ""
    encoding: str | None = None
    sheet: str | None = None
    preamble_rows: int = 0
    rows_in: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    sample_rows: tuple[Mapping[str, str], ...] = ()


def check_file(path: Path, settings: Settings) -> FileReport:
    """Read one file the way landing would, in a temporary folder.

    Raises ConfigError when there is no such file.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    contracts = load_contracts(settings.config_dir)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        con = duckdb.connect()
        try:
            staged = stage(path, contracts)
            # Nothing is kept, so a key of its own will do and the vault stays shut.
            border = Border(Tokeniser(bytes(32)), load_identity_rules(settings.config_dir), None)
            landed = land_rows(
                con, staged, path.name, "0" * 64, 1, border,
                folder / "landed.parquet", folder / "refused.parquet", folder / "body.csv",
            )  # fmt: skip
            samples = _samples(con, staged.contract)
        except PermanentFailure as fault:
            return FileReport(path.name, None, str(fault))
        finally:
            con.close()
    contract, names = staged.contract, staged.match.names
    positions = {n: column_of(f.columns, names) for n, f in contract.fields.items()}
    return FileReport(
        file=path.name,
        source=contract.id,
        encoding=getattr(staged.table, "encoding", None),
        sheet=staged.table.sheet,
        preamble_rows=staged.match.header_row,
        rows_in=landed.rows_in,
        rows_landed=landed.rows_landed,
        rows_quarantined=landed.rows_quarantined,
        reasons=landed.reasons,
        mapping={n: names[p] for n, p in positions.items() if p is not None},
        missing=tuple(missing_columns(contract, names)),
        extra=tuple(extra_columns(contract, names)),
        sample_rows=samples,
    )


def _samples(con: duckdb.DuckDBPyConnection, contract: Contract) -> tuple[dict[str, str], ...]:
    """The first landed rows; what is personal shows only whether it is there."""
    kept = {n: f for n, f in contract.fields.items() if f.personal != "drop"}
    columns = ", ".join(f'"{n}"' for n in kept)
    rows = con.execute(f"select {columns} from landed order by _row limit {SAMPLE_ROWS}").fetchall()
    return tuple(
        {
            name: ("•••" if value else "")
            if kept[name].identifier or kept[name].personal
            else (value or "")
            for name, value in zip(kept, row, strict=True)
        }
        for row in rows
    )
