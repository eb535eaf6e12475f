"""Bytes on disk: delimited text, spreadsheets and JSON, each file whole or absent."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from pathlib import Path

import pandas as pd
import xlsxwriter

Columns = Mapping[str, "str | Sequence[str | None] | pd.Series"]
# A fixed creation time keeps workbooks byte for byte the same.
CREATED = datetime(2026, 8, 21)


@dataclass(frozen=True)
class Export:
    """One file to land."""

    name: str
    content: bytes


def yuan(cents: Iterable[int]) -> list[str]:
    """'12.30' for 1230 cents, exactly."""
    return [
        f"{c // 100}.{c % 100:02d}" if c >= 0 else f"-{-c // 100}.{-c % 100:02d}" for c in cents
    ]


def clock(times: pd.Series, style: str = "%Y-%m-%d %H:%M:%S", null: str = "") -> list[str]:
    """Local times as text; `null` where there is none."""
    return [null if pd.isna(t) else t for t in times.dt.strftime(style)]


def text(values: Iterable, null: str = "") -> list[str]:
    """Values as text; `null` where there is none."""
    return [null if pd.isna(v) else str(v) for v in values]


def rows_of(header: Sequence[str], columns: Columns, count: int) -> Iterable[tuple]:
    """Rows in header order; a column given as one text repeats it, one not given is empty.

    A repeated header name takes its values from 'name#2'.
    """
    sources, seen = [], set()
    for name in header:
        key = f"{name}#2" if name in seen else name
        seen.add(name)
        value = columns.get(key, "")
        sources.append(repeat(value, count) if isinstance(value, str) else value)
    unknown = {c.split("#")[0] for c in columns} - set(header)
    if unknown:
        raise KeyError(f"columns that the header does not have: {sorted(unknown)}")
    return zip(*sources, strict=False)


def delimited(
    header: Sequence[str], rows: Iterable[Sequence[str]], encoding: str, quote_all: bool = False
) -> bytes:
    """A CSV with CRLF line ends."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL) if quote_all else csv.writer(out)
    csv.writer(out).writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(
    header: Sequence[str], rows: Iterable[Sequence[str]], sheet: str, title_row: str | None = None
) -> bytes:
    """A one-sheet xlsx of text cells; empty cells are not written."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True})
    book.set_properties({"created": CREATED})
    page = book.add_worksheet(sheet)
    if title_row is not None:
        page.write_string(0, 0, title_row)
    first = 0 if title_row is None else 1
    for number, row in enumerate((header, *rows), start=first):
        for column, value in enumerate(row):
            if value:
                page.write_string(number, column, value)
    book.close()
    return out.getvalue()


def json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def land(folder: Path, export: Export) -> Path:
    """Write aside, then rename: a reader of the folder never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / export.name
    aside = folder / f".{export.name}.part"
    aside.write_bytes(export.content)
    os.replace(aside, target)
    return target
