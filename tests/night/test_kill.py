"""Killing a run at any moment and running again ends where an undisturbed run ends."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")

# Shares of an undisturbed run's length: while files land, while dbt builds, while lists are sent.
MOMENTS = (0.35, 0.65, 0.92)


@pytest.fixture(scope="module")
def undisturbed(small_night: Brand) -> tuple[dict[str, str], dict[str, str]]:
    return small_night.published(), small_night.tables()


def kill_after(brand: Brand, seconds: float) -> None:
    process = brand.start("run")
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_night_killed_again_and_again_ends_as_if_undisturbed(
    small_landing: Path, small_night: Brand, undisturbed: tuple, tmp_path: Path
) -> None:
    brand = Brand(small_landing).copy_to(tmp_path)
    length = float((small_night.data / "night_seconds").read_text())
    for share in MOMENTS:
        kill_after(brand, length * share)
    answer = brand.siyu("run")
    assert answer.code == 0, answer.err[-3000:]
    assert brand.published() == undisturbed[0]
    assert brand.tables() == undisturbed[1]
