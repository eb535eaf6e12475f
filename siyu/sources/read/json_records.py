"""API replies kept as JSON: records become rows, nested keys become dotted columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from siyu.sources.read.rows import write_rows
from siyu.sources.read.table import Body, Unreadable


class RecordTable:
    """The list of records under one key of a JSON file, or the lines of a JSONL file."""

    sheet: str | None = None

    def __init__(self, records: list[object], file_format: str, records_at: str | None) -> None:
        self.file_format = file_format
        self.records_at = records_at
        self._records = [flatten(r) for r in records]
        names: dict[str, None] = {}
        for record in self._records:
            names.update(dict.fromkeys(record))
        self.head = [list(names)] if names else []

    def body(self, header_row: int, width: int, footer: str | None, spare: Path) -> Body:
        names = self.head[0]
        rows = ([record.get(name, "") for name in names] for record in self._records)
        return Body(spare, ",", 0, write_rows(rows, width, footer, spare), True, "utf-8")

    checked_body = body


def open_json(path: Path, places: Iterable[str | None]) -> list[RecordTable]:
    """One table for each of the `places` (dotted keys; None = the file itself) that is a list."""
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        lines = _lines(path)
        return [RecordTable(lines, "jsonl", None)]
    found = []
    for place in places:
        here = content
        for part in (place or "").split("."):
            here = here.get(part) if part and isinstance(here, dict) else here
        if isinstance(here, list):
            found.append(RecordTable(here, "json", place))
    if not found:
        raise Unreadable(f"JSON holds no list under {', '.join(p or '(top)' for p in places)}")
    return found


def flatten(value: object, path: str = "") -> dict[str, str]:
    """A record as dotted column -> text: `{"a": {"b": [1]}}` gives `{"a.b[0]": "1"}`."""
    flat: dict[str, str] = {}
    if isinstance(value, dict):
        for key, inner in value.items():
            flat |= flatten(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            flat |= flatten(inner, f"{path}[{place}]")
    elif isinstance(value, bool):
        flat[path] = "true" if value else "false"
    elif value is not None:
        flat[path] = str(value)
    else:
        flat[path] = ""
    return flat


def _lines(path: Path) -> list[object]:
    records = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                records.append(json.loads(line.decode("utf-8-sig")))
            except (ValueError, RecursionError):
                raise Unreadable(f"not JSON at line {number}; download it again") from None
    return records
