"""When a file was exported, from the names that platforms give their exports."""

from __future__ import annotations

import re
from datetime import datetime

# Day and time of day, with separators throughout or none: 202608201213, 2026-08-20-12-13-45.
# A day alone is left: it may be that of the data.
_CLOSE = r"20\d{2}\d{2}\d{2}[-_. T]?\d{2}\d{2}(?:\d{2})?"
_APART = r"20\d{2}[-_.]\d{2}[-_.]\d{2}[-_. T]{1,2}\d{2}[-_.:]\d{2}(?:[-_.:]\d{2})?"
_MOMENT = re.compile(rf"(?<!\d)(?:{_CLOSE}|{_APART})(?!\d)")
_FORMATS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M"}


def export_moment(name: str) -> datetime | None:
    """The last moment in a file's name, in Shanghai time; None when it holds none."""
    for text in reversed(_MOMENT.findall(name)):
        digits = re.sub(r"\D", "", text)
        try:
            return datetime.strptime(digits, _FORMATS[len(digits)])
        except ValueError:
            continue
    return None
