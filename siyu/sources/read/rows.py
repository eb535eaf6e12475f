"""Writing rows as one clean CSV, marking those that do not fit the header."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path


def write_rows(rows: Iterable[Sequence[str]], width: int, footer: str | None, target: Path) -> int:
    """Write rows of exactly `width` cells and a mark; blank rows are left out. Gives the count.

    Cells missing at the end are empty; surplus cells that hold something mark the row.
    """
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if footer and row[0].strip(" \t\ufeff'`\"").startswith(footer):
                break
            surplus = any(cell.strip() for cell in row[width:])
            cells = [*row[:width], *[""] * (width - len(row))]
            writer.writerow([*cells, "too_many_cells" if surplus else ""])
            count += 1
    return count
