"""CPU seconds by name: of this process, all its threads, added up over calls."""

from __future__ import annotations

import resource
from collections.abc import Callable


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Meter:
    """What each named step has cost so far."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}

    def time(self, name: str, step: Callable[[], object]) -> None:
        began = cpu_seconds()
        step()
        self.cpu[name] = self.cpu.get(name, 0.0) + cpu_seconds() - began
