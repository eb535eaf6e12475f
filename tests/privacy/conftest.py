"""A brand's folders with no key in the environment: the key is the file's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.exports import Shop


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIYU_KEY", raising=False)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "data")
