"""What can be said of one table of a file before it lands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reject:
    """Rows refused for one reason in one field; `first_rows` counts from the header (1)."""

    reason: str
    field: str
    rows: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True)
class FileReport:
    """`source` is None when no contract fits; then `message` says why and the rest compares the
    file with the nearest contract. Samples are masked. `header_line` counts from 1. `others` are the
    other tables of the file, or the other files of an archive.
    """

    file: str
    source: str | None
    message: str = ""
    file_format: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    preamble_rows: int = 0
    header_line: int = 1
    rows_in: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    rejects: tuple[Reject, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    not_in_file: tuple[str, ...] = ()
    nearest: str | None = None
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    sample_rows: tuple[Mapping[str, str], ...] = ()
    others: tuple[FileReport, ...] = ()

    @property
    def all(self) -> tuple[FileReport, ...]:
        return (self, *self.others)
