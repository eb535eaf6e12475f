"""Destinations that left the configuration while people were still on their lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from siyu.destinations.definition import Destination, Form
from siyu.destinations.ledger import Delivery
from siyu.segments.definition import Title


def stand_in(published: Path, name: str) -> Destination:
    """What recalls the lists of a destination that nobody describes any more: ids alone, in the form
    of its newest list.
    """
    lists: Iterator[tuple[str, Form]] = (
        (path.parent.name, form)
        for form in get_args(Form)
        for path in (published / name).glob(f"*/*/members.{form}")
    )
    _, form = max(lists, default=("", "csv"))
    return Destination(id=name, title=Title(en=name, zh=name), kind="files", format=form)


def recall_notes(deliveries: Iterable[Delivery], configured: Iterable[str]) -> list[str]:
    """A line for each destination that is no longer configured: how many are taken back, and where."""
    known = set(configured)
    gone: dict[str, int] = {}
    for one in deliveries:
        if one.destination not in known:
            gone[one.destination] = gone.get(one.destination, 0) + one.remove_count
    return [
        f"destination {name} is no longer configured: {count:,} still on its lists are taken back"
        f" (published/{name}, remove)"
        for name, count in sorted(gone.items())
        if count
    ]
