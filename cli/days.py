"""Days as a person types them."""

from __future__ import annotations

from datetime import date

from siyu.clock import parse_day
from siyu.errors import ConfigError


def day_option(name: str, text: str | None) -> date | None:
    """The day of an option, or None when it was not given. Raises ConfigError otherwise."""
    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as fault:
        raise ConfigError(f"{name} {text!r} is not a day: write it as YYYY-MM-DD") from fault
