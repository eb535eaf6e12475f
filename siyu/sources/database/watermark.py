"""How far a table was read: a time, a day or a whole number that grows with every change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TypeAlias

from siyu.errors import ConfigError

Watermark: TypeAlias = datetime | date | int
ALLOWED = "a time, a day or a whole number that grows with every change"
_NAME = re.compile(r"^([ztdn])([0-9T]+)-[0-9a-f]{16}\.csv$")
_MOMENT = "%Y%m%dT%H%M%S%f"


def as_watermark(value: object, column: str) -> Watermark:
    """The value of a watermark column. Raises ConfigError for a kind that cannot be compared."""
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value() and value >= 0:
        return int(value)
    raise ConfigError(
        f"watermark column {column} holds {type(value).__name__}; allowed: {ALLOWED};"
        " name another column, or cast it in a query"
    )


def kind_of(mark: Watermark) -> str:
    """t: a time without a zone, z: with one, d: a day, n: a number. Two kinds cannot be compared."""
    if isinstance(mark, datetime):
        return "t" if mark.tzinfo is None else "z"
    return "d" if isinstance(mark, date) else "n"


def to_name(mark: Watermark, sha256: str) -> str:
    """The name of a file that was read up to a watermark; names sort as watermarks do."""
    if isinstance(mark, datetime):
        moment = mark if mark.tzinfo is None else mark.astimezone(UTC)
        text = moment.strftime(_MOMENT)
    else:
        text = f"{mark:020d}" if isinstance(mark, int) else f"{mark:%Y%m%d}"
    return f"{kind_of(mark)}{text}-{sha256[:16]}.csv"


def of_name(name: str) -> Watermark | None:
    """The watermark in a file's name; None when it is no name of `to_name`."""
    found = _NAME.match(PurePosixPath(name).name)
    if not found:
        return None
    kind, text = found.groups()
    if kind == "n":
        return int(text)
    if kind == "d":
        return datetime.strptime(text, "%Y%m%d").date()
    moment = datetime.strptime(text, _MOMENT)
    return moment if kind == "t" else moment.replace(tzinfo=UTC)


def to_text(column: str, mark: Watermark) -> str:
    """What the ledger keeps: the column and its value."""
    return f"{column} {mark if isinstance(mark, int) else mark.isoformat()}"


def of_text(text: str) -> tuple[str, Watermark]:
    """The column and the value that `to_text` wrote."""
    column, _, value = text.rpartition(" ")
    if value.isdecimal():
        return column, int(value)
    if "T" not in value:
        return column, date.fromisoformat(value)
    return column, datetime.fromisoformat(value)


def before(mark: Watermark, overlap_minutes: int, overlap_numbers: int) -> Watermark:
    """Where to read from: a little before the watermark, for what was committed late."""
    if isinstance(mark, int):
        return max(mark - overlap_numbers, 0)
    if isinstance(mark, datetime):
        return mark - timedelta(minutes=overlap_minutes)
    # Whole days, rounded up.
    return mark - timedelta(days=-(-overlap_minutes // 1440))
