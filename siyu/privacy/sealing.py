"""Values on their way into the vault: gathered while files land, sealed in a few large steps."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType

from siyu.privacy.vault import Vault

# Each step writes most pages of the vault anew and waits for the disk, however few its values are.
_STEP = 40_000


class Sealing:
    """Seals beside whoever gives the values. All of them are in the vault when the block ends."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._turn = Lock()
        self._waiting: dict[str, dict[str, str]] = {}
        self._pool = ThreadPoolExecutor(1)
        self._step: Future[None] | None = None

    def add(self, id_type: str, values: Mapping[str, str]) -> None:
        """Take readable values by token."""
        with self._turn:
            self._waiting.setdefault(id_type, {}).update(values)
            if sum(map(len, self._waiting.values())) >= _STEP:
                self._seal()

    def __enter__(self) -> Sealing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._seal()
                self._wait()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def _seal(self) -> None:
        # One step at a time, so that what waits is bounded, and a fault stops the landing.
        self._wait()
        self._step = self._pool.submit(self._all, self._waiting)
        self._waiting = {}

    def _wait(self) -> None:
        if self._step is not None:
            self._step.result()

    def _all(self, waiting: Mapping[str, Mapping[str, str]]) -> None:
        for id_type, values in waiting.items():
            self._vault.seal(id_type, values.items())
