"""A night's list as files: written aside whole, then put in place by one rename."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Row = tuple[object, ...]
# A spreadsheet runs a text cell that begins like this as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Sheet:
    """One file of a list, its rows in their final order."""

    header: Sequence[str]
    rows: Sequence[Row]


def list_folder(published: Path, destination: str, segment_id: str, as_of: date) -> Path:
    """Where the list of one night lies."""
    return published / destination / segment_id / as_of.isoformat()


def write_list(
    folder: Path,
    sheets: Mapping[str, Sheet],
    form: str,
    manifest: dict[str, object],
    own_only: bool = False,
    encoding: str = "utf-8",
) -> str:
    """Put the list in `folder`, complete or not at all; returns the manifest's sha256.

    Equal content already in place is left untouched. `own_only`: nobody else on this machine may
    read it.
    """
    contents = {f"{name}.{form}": _encode(sheet, form, encoding) for name, sheet in sheets.items()}
    files = {
        f"{name}.{form}": {
            "rows": len(sheet.rows),
            "sha256": hashlib.sha256(contents[f"{name}.{form}"]).hexdigest(),
        }
        for name, sheet in sheets.items()
    }
    text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=2, sort_keys=True)
    contents["manifest.json"] = f"{text}\n".encode()
    digest = hashlib.sha256(contents["manifest.json"]).hexdigest()
    sweep(folder)
    if not _equals(folder, contents):
        _replace(folder, contents, own_only)
    return digest


def sweep(folder: Path) -> None:
    """Clear what a night that died left beside the list's place; a list whose successor never
    came goes back to it.
    """
    aside, old = _beside(folder)
    if old.is_dir() and not folder.exists():
        os.replace(old, folder)
    for left in (aside, old):
        shutil.rmtree(left, ignore_errors=True)


def people_in_list(folder: Path, name: str) -> list[str]:
    """The persons of one file of a list in place, in whichever form it was written; nobody when
    somebody took the file away.
    """
    path = next(folder.glob(f"{name}.*"), None)
    if path is None:
        return []
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return list(pq.read_table(path, columns=["person_id"]).column("person_id").to_pylist())
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    return [row["person_id"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def _beside(folder: Path) -> tuple[Path, Path]:
    """Where a list is written before it takes its place, and where the one before it waits."""
    return folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")


def _equals(folder: Path, contents: Mapping[str, bytes]) -> bool:
    return (
        folder.is_dir()
        and {path.name for path in folder.iterdir()} == set(contents)
        and all((folder / name).read_bytes() == data for name, data in contents.items())
    )


def _replace(folder: Path, contents: Mapping[str, bytes], own_only: bool) -> None:
    aside, old = _beside(folder)
    aside.parent.mkdir(parents=True, exist_ok=True)
    aside.mkdir(mode=0o700 if own_only else 0o777)
    mode = 0o600 if own_only else 0o666
    for name, data in contents.items():
        handle = os.open(aside / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    if folder.exists():
        os.replace(folder, old)
    os.replace(aside, folder)
    shutil.rmtree(old, ignore_errors=True)


def _encode(sheet: Sheet, form: str, encoding: str) -> bytes:
    if form == "parquet":
        return _parquet(sheet)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.header)
    writer.writerows([_neutral(cell) for cell in row] for row in sheet.rows)
    data = text.getvalue().encode(encoding)
    # No time in the gzip header: the same list must give the same bytes.
    return gzip.compress(data, mtime=0) if form == "csv.gz" else data


def _parquet(sheet: Sheet) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*sheet.rows, strict=True)) or [() for _ in sheet.header]
    table = pa.table(dict(zip(sheet.header, map(list, columns), strict=True)))
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _neutral(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell
