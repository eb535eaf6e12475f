"""How fresh every source is, from the ledger alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from siyu.settings import Settings
from siyu.sources.contracts.contract import Contract
from siyu.sources.raw.ledger import read_ledgers


@dataclass(frozen=True)
class SourceStatus:
    """`newest_on` is the newest business day in the source's rows; None when it never came."""

    source: str
    files: int
    rows: int
    newest_on: date | None
    is_stale: bool


def source_status(
    settings: Settings, contracts: Mapping[str, Contract], as_of: date
) -> list[SourceStatus]:
    """Every contract's state on `as_of`: stale when its data end too long before, or never came."""
    landed = [f for one in read_ledgers(settings) for f in one.files if f.status == "landed"]
    found = []
    for contract in contracts.values():
        files = [f for f in landed if f.source == contract.id]
        newest = max((f.data_to_on for f in files if f.data_to_on), default=None)
        late = newest is None or (as_of - newest).days > contract.stale_after_days
        rows = sum(f.rows_landed for f in files)
        found.append(SourceStatus(contract.id, len(files), rows, newest, late))
    return found
