"""What the ledger calls a file, and where the file of such a name lies."""

from __future__ import annotations

from pathlib import Path

from siyu.settings import Settings
from siyu.sources.read.file_name import file_below

# Between an archive's name and that of a file in it.
ARCHIVE_MARK = "//"
# Before the name of a file that was read from a database.
PULLED = "database:"


def pulled_name(source: str, file: str) -> str:
    """What the ledger calls a file that was read from the database of a source."""
    return f"{PULLED}{source}/{file}"


def place_of(settings: Settings, name: str) -> Path:
    """Where the file of a name lies: in the landing folder, or where databases are read to."""
    if name.startswith(PULLED):
        return settings.pulled_dir / name.removeprefix(PULLED)
    return file_below(settings.landing_dir, name)
