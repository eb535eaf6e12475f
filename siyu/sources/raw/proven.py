"""Which loads passed the suites of their contracts: what no run judged to the end, the next one judges."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from siyu.settings import Settings
from siyu.sources.raw.ledger import Ledger, read_ledgers

# The loads before this was kept, under the name that no source has.
_BEFORE = ""


def begin_proving(settings: Settings) -> None:
    """To be called before anything lands: loads from then on must be proven."""
    if not _memo(settings):
        newest = max((one.load_seq for one in read_ledgers(settings)), default=0)
        _write(settings, {_BEFORE: newest})


def unproven_loads(settings: Settings, ledgers: Sequence[Ledger], source: str) -> list[int]:
    """Loads that landed rows of a source and have not passed, oldest first."""
    memo = _memo(settings)
    through = memo.get(source, memo.get(_BEFORE, 0))
    return [
        one.load_seq
        for one in ledgers
        if one.load_seq > through and any(f.source == source and f.rows_landed for f in one.files)
    ]


def note_proven(settings: Settings, source: str, load_seq: int) -> None:
    """All loads of a source up to this one passed."""
    _write(settings, {**_memo(settings), source: load_seq})


def _memo(settings: Settings) -> dict[str, int]:
    path = settings.raw_dir / ".proven"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _write(settings: Settings, memo: dict[str, int]) -> None:
    settings.raw_dir.mkdir(parents=True, exist_ok=True)
    aside = settings.raw_dir / f".proven.{os.getpid()}"
    aside.write_text(json.dumps(memo), "utf-8")
    os.replace(aside, settings.raw_dir / ".proven")
