"""How Python looks after memory while files land."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

_RARELY = (50_000, 20, 100)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for circles of objects rarely, and not among what stood here before.

    Landing makes millions of cells and no circles; a look at all that was imported, time and again,
    takes a quarter of the time of a workbook.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def give_memory_back() -> None:
    """Let Arrow allocate where this build can return to the system what a block no longer needs.

    Its usual allocator keeps freed memory for each thread by itself.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
