"""API replies kept as JSON: records become rows, nested keys become dotted columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from siyu.sources.read.blocks import Block, body_rows, in_row_blocks
from siyu.sources.read.table import Span, Unreadable


class RecordTable:
    """The list of records under one key of a JSON file, or the lines of a JSONL file."""

    sheet: str | None = None
    encoding: str | None = "utf-8"

    def __init__(self, records: list[object], file_format: str, records_at: str | None) -> None:
        self.file_format = file_format
        self.records_at = records_at
        self._records = [flatten(r) for r in records]
        names: dict[str, None] = {}
        for record in self._records:
            names.update(dict.fromkeys(record))
        self.head = [list(names)] if names else []

    def blocks(
        self, header_row: int, span: Span, footer: str | None, whole: bool
    ) -> Iterator[Block]:
        names = self.head[0]
        rows = ([record.get(name, "") for name in names] for record in self._records)
        yield from in_row_blocks(body_rows(rows, span, footer), whole)


def open_json(path: Path, places: Iterable[str | None]) -> list[RecordTable]:
    """One table for each of the `places` that holds records.

    A place is dotted keys to a list, or None for the file itself: a list, or one record. Lists on
    the way are walked through; what stands beside them is kept under its own path, begun by `/`.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return [RecordTable(_lines(path), "jsonl", None)]
    found = []
    for place in places:
        if place is None:
            lists = isinstance(content, list)
            records = content if lists else [_without_lists(content)]
        else:
            records = list(_walk(content, place.split("."), "", {}))
        if records and any(r for r in records if r not in ({}, None)):
            found.append(RecordTable(records, "json", place))
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
        flat[path or "value"] = "true" if value else "false"
    elif value is not None:
        flat[path or "value"] = str(value)
    else:
        flat[path or "value"] = ""
    return flat


def _walk(
    content: object, keys: list[str], path: str, beside: dict[str, object]
) -> Iterator[object]:
    if not keys:
        for record in content if isinstance(content, list) else ():
            yield {**beside, **record} if isinstance(record, dict) else record
    elif isinstance(content, dict) and keys[0] in content:
        around = {f"{path}/{k}": v for k, v in content.items() if k != keys[0]}
        inner = _without_lists(around)
        yield from _walk(content[keys[0]], keys[1:], f"{path}/{keys[0]}", {**beside, **inner})
    elif isinstance(content, list):
        for part in content:
            yield from _walk(part, keys, path, beside)


def _without_lists(record: object) -> dict[str, object]:
    """The values and inner records of a record; its lists are tables of their own."""
    if not isinstance(record, dict):
        return {}
    return {
        key: _without_lists(value) if isinstance(value, dict) else value
        for key, value in record.items()
        if not isinstance(value, list)
    }


def _lines(path: Path) -> list[object]:
    records = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                records.append(json.loads(line.decode("utf-8-sig")))
            except (ValueError, RecursionError):
                raise Unreadable(f"not JSON at line {number}; download it again") from None
    return records
