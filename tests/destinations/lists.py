"""What an outsider sees of published lists, and one night played on the small brand."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from siyu.destinations.definition import Destination
from siyu.destinations.ledger import Delivery
from siyu.destinations.outbox import publish
from siyu.segments.membership import Segments, evaluate_segments
from siyu.settings import Settings
from tests.segments.small_brand import People, set_people

FILES = Destination.model_validate(
    {
        "id": "files",
        "title": {"en": "Files", "zh": "文件"},
        "kind": "files",
        "columns": ["member_level", "order_count"],
    }
)


def play(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    segments: Segments,
    as_of: date,
    people: People | None = None,
    destinations: Mapping[str, Destination] | None = None,
) -> list[Delivery]:
    """One night: the people as told, membership, and delivery."""
    if people is not None:
        set_people(con, people, as_of)
    evaluate_segments(con, segments, as_of)
    found = {"files": FILES} if destinations is None else destinations
    return publish(con, settings, segments, found, as_of, run_id=as_of.isoformat())


def folder(settings: Settings, as_of: date, name: str = "buyers", to: str = "files") -> Path:
    return settings.published_dir / to / name / as_of.isoformat()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def people_in(path: Path) -> set[str]:
    rows = [row["person_id"] for row in read(path)]
    assert rows == sorted(set(rows)), "each person once, in order"
    return set(rows)


def hashes(settings: Settings) -> dict[str, str]:
    """Every file below published/, hidden leftovers included, with the hash of its bytes."""
    return {
        path.relative_to(settings.published_dir).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(settings.published_dir.rglob("*"))
        if path.is_file()
    }


def marks(settings: Settings) -> dict[str, tuple[int, int]]:
    """Every file and folder with its inode and time of last change."""
    return {
        path.relative_to(settings.published_dir).as_posix(): (
            path.stat().st_ino,
            path.stat().st_mtime_ns,
        )
        for path in settings.published_dir.rglob("*")
    }
