"""What Dagster keeps of a failure: its kind and place. Words that may hold a value never reach its log."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

import dagster as dg

from siyu.errors import PermanentFailure, SiyuError

Step = TypeVar("Step", bound=Callable[..., Any])
# Of these alone the words are told: they are our own, or speak of files, memory and wiring.
_SPEAKING = (
    "Failure",
    "PermanentFailure",
    "TransientFailure",
    "ConfigError",
    "WarehouseLocked",
    "OSError",
    "PermissionError",
    "FileNotFoundError",
    "IOException",
    "OutOfMemoryException",
    "MemoryError",
)
_as_they_are: ContextVar[bool] = ContextVar("as_they_are", default=False)


@contextmanager
def faults_as_they_are() -> Iterator[None]:
    """Within it a step's fault comes through whole: for one's own terminal, where nothing is stored."""
    mark = _as_they_are.set(True)
    try:
        yield
    finally:
        _as_they_are.reset(mark)


def plain_faults(step: Step) -> Step:
    """The step, whose faults become failures that say no more than may be kept."""
    if inspect.isgeneratorfunction(step):

        @wraps(step)
        def guarded(*words: Any, **named: Any) -> Any:
            with _plainly():
                yield from step(*words, **named)

    else:

        @wraps(step)
        def guarded(*words: Any, **named: Any) -> Any:
            with _plainly():
                return step(*words, **named)

    guarded.has_plain_faults = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except Exception as fault:
        if _as_they_are.get() or isinstance(fault, dg.RetryRequested):
            raise
        told = words_of(fault)
        again = not isinstance(fault, PermanentFailure)
        plain = dg.Failure(told, allow_retries=again)
        if isinstance(fault, dg.Failure):
            plain = dg.Failure(told, dict(fault.metadata), fault.allow_retries)
        # The lines of code lead to the place; the chain of causes would bring their words along.
        raise plain.with_traceback(fault.__traceback__) from None


def words_of(fault: BaseException) -> str:
    """The first line of a fault of our own or of its deepest cause, when its words hold no value; a
    line that ends in a colon brings its list with it.
    """
    if not isinstance(fault, dg.Failure | SiyuError):
        while fault.__cause__ is not None:
            fault = fault.__cause__
    kind = type(fault).__name__
    if not (kind in _SPEAKING or isinstance(fault, SiyuError) or kind.startswith("Dagster")):
        return f"unforeseen fault ({kind}); see it with siyu --debug run …"
    text = fault.description or "" if isinstance(fault, dg.Failure) else str(fault)
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line] or [kind]
    return " ".join(lines) if lines[0].endswith(":") else lines[0]
