"""CPU seconds by name: of this process, all its threads, added up over calls."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Meter:
    """What each named step has cost so far; `aloud`, each step is told on stderr as it ends."""

    def __init__(self, aloud: bool = False) -> None:
        self.cpu: dict[str, float] = {}
        self.aloud = aloud

    def time(self, name: str, step: Callable[[], object]) -> None:
        began = cpu_seconds()
        step()
        spent = cpu_seconds() - began
        self.cpu[name] = self.cpu.get(name, 0.0) + spent
        if self.aloud:
            print(f"{name}: {spent:.2f} s", file=sys.stderr, flush=True)
