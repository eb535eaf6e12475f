"""How Python and Arrow look after memory while files land."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

_RARELY = (50_000, 20, 100)
# Milliseconds for which jemalloc keeps what was freed: Arrow's own choice, and while files land.
_KEPT_MS, _KEPT_BRIEFLY_MS = 1000, 20


@contextmanager
def memory_for_landing() -> Iterator[None]:
    """Look for circles of objects rarely, and give back soon what a block or a part took.

    Landing makes millions of cells and no circles; a look at all that was imported, time and again,
    takes a quarter of the time of a workbook.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    _keep(_KEPT_BRIEFLY_MS)
    try:
        yield
    finally:
        _keep(_KEPT_MS)
        gc.set_threshold(*usual)
        gc.unfreeze()


def _keep(milliseconds: int) -> None:
    if pa.default_memory_pool().backend_name == "jemalloc":
        pa.jemalloc_set_decay_ms(milliseconds)
