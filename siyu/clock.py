"""Business days: instants are stored in UTC, the business day is read in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BUSINESS_TIMEZONE = "Asia/Shanghai"
_ZONE = ZoneInfo(BUSINESS_TIMEZONE)


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD. Raises ValueError otherwise."""
    return date.fromisoformat(text)


def day_end(day: date) -> datetime:
    """The instant (UTC, naive as the warehouse keeps it) at which a Shanghai day is over."""
    local = datetime.combine(day + timedelta(days=1), time(), _ZONE)
    return local.astimezone(UTC).replace(tzinfo=None)
