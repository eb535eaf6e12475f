"""What was landed is enough: the same people, rows and lists come out of raw and ledger."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")


def test_a_rebuild_from_raw_and_ledger_gives_the_same_rows_and_lists(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    before = (brand.published(), brand.tables())
    (brand.data / "warehouse.duckdb").unlink()
    shutil.rmtree(brand.data / "landing")
    (brand.data / "landing").mkdir()
    answer = brand.siyu("run")
    assert answer.code == 0, answer.err[-2000:]
    assert (brand.published(), brand.tables()) == before
