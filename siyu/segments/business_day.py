"""Values of a rule that name the business day: `as_of`, `as_of.month`, `as_of - 90 days`."""

from __future__ import annotations

import re
from datetime import date, timedelta

_SHIFT = re.compile(r"as_of\s*([+-])\s*(\d{1,5})\s*days?")


def is_day_token(value: object) -> bool:
    """Whether a value starts like a business-day token, rightly written or not."""
    return isinstance(value, str) and value.startswith("as_of")


def resolve_day_token(value: str, as_of: date) -> date | int:
    """What the token stands for on this business day. Raises ValueError for any other wording."""
    if value == "as_of":
        return as_of
    if value == "as_of.month":
        return as_of.month
    shift = _SHIFT.fullmatch(value)
    if shift is None:
        raise ValueError("as_of may be written as_of, as_of.month or as_of - 90 days")
    days = timedelta(days=int(shift[2]))
    return as_of + days if shift[1] == "+" else as_of - days
