"""A shop whose tokens are the same in every run, so that two of them can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.exports import Shop

KEY = "5a" * 32


@pytest.fixture(autouse=True)
def known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIYU_KEY", KEY)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "data")
