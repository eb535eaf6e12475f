"""How commands speak: JSON alone on stdout when asked, tables otherwise, words on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from unicodedata import category

import typer

_OBEYED = ("Cc", "Cs")  # control characters, halves of a letter
# What turns the direction of writing, so that a name reads as another.
_TURNING = frozenset(
    map(chr, (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON alone on stdout.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The business day to work for.")
]


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return str(value)


def print_json(value: object) -> None:
    """One JSON document on stdout; money as text so that no cent is rounded away. What is no number
    in JSON (infinite, not a number) is null.
    """
    print(json.dumps(_finite(value), ensure_ascii=False, indent=2, default=_plain))


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout; columns of numbers are set right."""
    from rich.console import Console
    from rich.table import Table

    kept = [list(row) for row in rows]
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for index, name in enumerate(columns):
        numbers = kept and all(isinstance(row[index], int | float | Decimal) for row in kept)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in kept:
        table.add_row(*("" if cell is None else _shown(cell) for cell in row))
    # Cells are data: [red] and :x: stand as they are, never as colours and pictures.
    width = None if sys.stdout.isatty() else 160
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    console.print(table)


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return plain_text(str(cell))


def say(message: str) -> None:
    """A word to the person at the terminal: stderr, so that stdout stays data."""
    print(plain_text(message), file=sys.stderr, flush=True)


def plain_text(text: str) -> str:
    """The text without what a terminal would obey: names of files and cells are not ours."""
    return "".join("\ufffd" if _is_obeyed(letter) else letter for letter in text)


def _is_obeyed(letter: str) -> bool:
    return letter in _TURNING or (letter not in "\n\t" and category(letter) in _OBEYED)
