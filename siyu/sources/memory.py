"""How Python looks after memory while files land."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

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
