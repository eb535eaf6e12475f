"""What only a file's name tells: when it was exported, which shop or day it is of."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from siyu.sources.contracts.contract import FromFileName

_SHANGHAI = timedelta(hours=8)

# Day and time of day, with separators throughout or none: 202608201213, 2026-08-20-12-13-45.
# A day alone is left: it may be that of the data.
_CLOSE = r"20\d{2}\d{2}\d{2}[-_. T]?\d{2}\d{2}(?:\d{2})?"
_APART = r"20\d{2}[-_.]\d{2}[-_.]\d{2}[-_. T]{1,2}\d{2}[-_.:]\d{2}(?:[-_.:]\d{2})?"
_MOMENT = re.compile(rf"(?<!\d)(?:{_CLOSE}|{_APART})(?!\d)")
_FORMATS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M"}


def from_file_name(rule: FromFileName, name: str) -> str | None:
    """A value out of a file name; instants become UTC text. None when it is not there."""
    if rule.format == "moment":
        told = _export_moment(name)
        return (told - _SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if told else None
    found = re.search(rule.pattern, name)
    if not found:
        return None
    text = found.group(1)
    if rule.format is None:
        return text
    try:
        if rule.format == "epoch":
            moment = datetime.fromtimestamp(int(text), UTC).replace(tzinfo=None)
        else:
            moment = datetime.strptime(text, rule.format) - _SHANGHAI
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _export_moment(name: str) -> datetime | None:
    """The last moment in a file's name, in Shanghai time; None when it holds none."""
    for text in reversed(_MOMENT.findall(name)):
        digits = re.sub(r"\D", "", text)
        try:
            return datetime.strptime(digits, _FORMATS[len(digits)])
        except ValueError:
            continue
    return None
