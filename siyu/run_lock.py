"""One run per data folder at a time, and one landing: Dagster's schedule and sensor ask nobody."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from siyu.errors import WarehouseLocked
from siyu.settings import Settings


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the run lock; the kernel lets go of it however the process ends.

    Raises WarehouseLocked at once when another process holds it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / ".run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise WarehouseLocked(
                "another `siyu run` is at work on this data folder: wait for it to end"
            ) from fault
        yield


@contextmanager
def one_landing(settings: Settings) -> Iterator[None]:
    """Wait until no other process lands files of this data folder, and keep others waiting."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / ".landing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
