"""One run per data folder at a time, whoever starts it, and one landing."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from siyu.errors import WarehouseLocked
from siyu.settings import Settings


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the run lock; the kernel lets go of it however the process ends.

    Raises WarehouseLocked at once when another process holds it.
    """
    with _run_lock(settings) as lock:
        if not _taken(lock):
            raise WarehouseLocked("another run is at work on this data folder: wait for it to end")
        yield


@contextmanager
def in_turn(settings: Settings, told: Callable[[], None]) -> Iterator[None]:
    """Hold the run lock once no other process does; `told` is called when there is a wait."""
    with _run_lock(settings) as lock:
        if not _taken(lock):
            told()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run_lock(settings: Settings) -> TextIO:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return (settings.data_dir / ".run.lock").open("w")


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def one_landing(settings: Settings) -> Iterator[None]:
    """Wait until no other process lands files of this data folder, and keep others waiting."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / ".landing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
