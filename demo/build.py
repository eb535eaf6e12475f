"""`build_demo`: the demo brand's exports in landing/, the truth in truth/."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from demo import rates
from demo.exports import (
    content,
    experiment,
    guests,
    jd,
    private,
    taobao,
    wechat,
    xiaohongshu,
    youzan,
)
from demo.exports import growth as growth_files
from demo.growth import Growth, make_growth
from demo.truth import write_truth
from demo.world import Batch, World, make_world
from demo.write import land
from siyu.errors import ConfigError

MONTHS_PER_FILE = 3
PLATFORMS = (taobao, jd, guests, xiaohongshu, wechat, youzan, experiment)


@dataclass(frozen=True)
class DemoSummary:
    """What was written; `through` is the last day (YYYY-MM-DD) that the landing folder now knows."""

    files: int
    size_bytes: int
    through: str
    orders: int
    net_revenue_cny: str


def build_demo(
    landing: Path,
    truth: Path,
    through: date | None = None,
    day: date | None = None,
    seed: int = rates.SEED,
    people: int | None = None,
) -> DemoSummary:
    """Write the first load (`through`), one following day (`day`), or both; neither: the default load.

    The same seed is the same world, so a day fits any earlier load. `people` limits the world to a
    hash sample of buyers. Raises ConfigError for a day outside the real data.
    """
    if through is None and day is None:
        through = rates.DEFAULT_THROUGH
    world = make_world(seed, people)
    first = world.orders["ordered_at"].min().date()
    for chosen in (through, day):
        if chosen is not None and not first <= chosen <= rates.LAST_DAY:
            raise ConfigError(
                f"{chosen} is outside the demo's days: choose one from {first} to {rates.LAST_DAY}"
            )
    logs = private.make_logs(world, people)
    growth = make_growth(world)
    files = size = 0
    batches = [*(_quarters(first, through) if through else ()), *([_day(day)] if day else ())]
    for batch in batches:
        for export in _exports(world, logs, growth, batch):
            land(landing, export)
            files, size = files + 1, size + len(export.content)
    last = batches[-1]
    summary = write_truth(world, logs, growth, last, truth)
    return DemoSummary(
        files, size, last.state_on.isoformat(), summary["orders"], summary["net_revenue_cny"]
    )


def next_day(truth: Path) -> date:
    """The day after the one that the truth folder knows; the first after the default load if none."""
    path = truth / "summary.json"
    if not path.exists():
        return rates.DEFAULT_THROUGH + timedelta(days=1)
    return date.fromisoformat(json.loads(path.read_text())["horizon_on"]) + timedelta(days=1)


def _exports(world: World, logs: private.Logs, growth: Growth, batch: Batch) -> Iterator:
    for platform in PLATFORMS:
        yield from platform.export_files(world, batch)
    yield from private.export_files(world, logs, batch)
    yield from growth_files.export_files(world, growth, batch)
    yield from content.export_files(world, logs.messages, growth, batch)


def _export_time(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(2))


def _day(day: date) -> Batch:
    return Batch(day, day, day, _export_time(day), daily=True)


def _quarters(first: date, through: date) -> Iterator[Batch]:
    """Quarterly files, all exported in one night, a minute apart, in the state of `through`."""
    start, number = first, 0
    while start <= through:
        month = start.month + MONTHS_PER_FILE - 1
        year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
        end = date(year, month, calendar.monthrange(year, month)[1])
        at = _export_time(through) + timedelta(minutes=number)
        yield Batch(start, min(end, through), through, at)
        start, number = end + timedelta(days=1), number + 1
