"""One thread for numeric work: small fits are faster so, and sums of floats keep their order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Holds every numeric library to one thread. They are loaded first: a limit reaches only what
    is loaded, and scipy's own linear algebra would otherwise wait for threads at every step.
    """
    import lightgbm  # noqa: F401
    import scipy.optimize  # noqa: F401
    import sklearn.linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
