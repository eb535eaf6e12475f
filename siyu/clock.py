"""Business days: instants are stored in UTC, the business day is read in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BUSINESS_TIMEZONE = "Asia/Shanghai"
_ZONE = ZoneInfo(BUSINESS_TIMEZONE)


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD. Raises ValueError otherwise."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        # Python also reads 20260817 and 2026-W34-1; the engine and the names of folders do not.
        raise ValueError("a day is written YYYY-MM-DD")
    return day


def day_end(day: date) -> datetime:
    """The instant (UTC, naive as the warehouse keeps it) at which a Shanghai day is over."""
    local = datetime.combine(day + timedelta(days=1), time(), _ZONE)
    return local.astimezone(UTC).replace(tzinfo=None)
