"""From a path to its tables: the content says what a file is, not its name."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from siyu.sources.contracts.contract import Contract
from siyu.sources.read.csv_file import CsvTable
from siyu.sources.read.html_page import open_page
from siyu.sources.read.json_records import open_json
from siyu.sources.read.table import Table, Unreadable
from siyu.sources.read.workbook import open_workbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def open_tables(path: Path, contracts: Mapping[str, Contract]) -> Sequence[Table]:
    """Every table of a file. Raises Unreadable, in one line, when there is none to read."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start.strip(b"\r\n\t \xef\xbb\xbf"):
        raise Unreadable("empty file; a table with a header is needed; export it again")
    if start.startswith(b"PK"):
        return _open_zip(path)
    if start.startswith(_OLD_EXCEL):
        return _some(open_workbook(path))
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t")
    if text[:1] in (b"{", b"["):
        places = dict.fromkeys(
            c.records_at for c in contracts.values() if {"json", "jsonl"} & set(c.recognise.formats)
        )
        return _some(open_json(path, list(places)))
    if text[:1] == b"<":
        return _some(open_page(path))
    return _some([CsvTable(path)])


def _open_zip(path: Path) -> Sequence[Table]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("truncated or broken zip or xlsx; download it again") from None
    if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
        return _some(open_workbook(path))
    raise Unreadable("an archive, not a table; unpack it and name one of its files")


def _some(tables: Sequence[Table]) -> Sequence[Table]:
    held = [t for t in tables if t.head]
    if not held:
        raise Unreadable("no rows in it; a table with a header is needed; export it again")
    return held
