"""The demo brand after its first night, made once for the whole session by the real command."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import settings

from demo.build import build_demo
from siyu.privacy.keys import load_master_key
from siyu.settings import Settings
from tests.brand import ROOT, Brand

SMALL = 150

# How long a test takes is the machine's affair, and no promise.
settings.register_profile("siyu", deadline=None)
settings.load_profile("siyu")


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    """The whole demo brand, one night played. Shared: copy it before changing it."""
    brand = Brand(tmp_path_factory.mktemp("brand") / "data")
    answer = brand.siyu("run", "--demo-if-empty", "--json")
    assert answer.code == 0, answer.err[-3000:]
    return brand


@pytest.fixture(scope="session")
def small_landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brand of few people, landing and truth only; no night played yet."""
    data = tmp_path_factory.mktemp("small") / "data"
    build_demo(data / "landing", data / "truth", people=SMALL)
    # One key for all copies: ids and lists derive from tokens, and tokens from the key.
    load_master_key(Settings(data, ROOT / "config"))
    return data


@pytest.fixture(scope="session")
def small_night(small_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Brand:
    """The small brand after its first night. Shared: copy it before changing it."""
    brand = Brand(small_landing).copy_to(tmp_path_factory.mktemp("small_night"))
    began = time.monotonic()
    answer = brand.siyu("run", "--json")
    (brand.data / "night_seconds").write_text(f"{time.monotonic() - began:.1f}")
    assert answer.code == 0, answer.err[-3000:]
    return brand
