"""Where the rows of one table of a file go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where a table's rows go and what is written on each of them.

    `only_rows` leaves all others out, as if the table had none but those.
    """

    file: str
    sha256: str
    load_seq: int
    target: Path
    refused: Path
    scratch: Path
    store_id: str | None = None
    only_rows: frozenset[int] | None = None
