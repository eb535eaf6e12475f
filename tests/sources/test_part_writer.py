"""Parts hold the rows in their order, appear whole, and are cut by nothing but the rows."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siyu.sources.block.texts import Rows
from siyu.sources.land import part_writer
from siyu.sources.land.part_writer import PartWriter

# Rows of 64 bytes or a little more: about sixteen fill a part.
PART = 1 << 10


def block(start: int, count: int) -> Rows:
    rows = range(start, start + count)
    word = pa.array([f"{n % 7:060d}" for n in rows], pa.string())
    return {
        "word": word.dictionary_encode() if start % 2 else word,
        "_row": pa.array(rows, pa.int64()),
    }


def blocks() -> list[Rows]:
    sizes = [3, 0, 9, 1, 16, 5, 5, 5, 40, 2]
    return [block(sum(sizes[:n]), size) for n, size in enumerate(sizes)]


def write(folder: Path, pool: Executor | None) -> dict[str, bytes]:
    parts = PartWriter(folder / "orders.parquet", pool)
    for rows in blocks():
        parts.add(rows)
    count = parts.close()
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    assert len(found) == count
    return found


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_writer, "PART_BYTES", PART)


def test_parts_hold_every_row_in_order(tmp_path: Path) -> None:
    found = write(tmp_path, None)
    assert list(found)[:2] == ["orders-0001.parquet", "orders-0002.parquet"]
    names = ["orders.parquet", *(name for name in found if name != "orders.parquet")]
    rows = [row for name in names for row in pq.read_table(tmp_path / name).to_pylist()]
    assert [(r["word"], r["_row"]) for r in rows] == [(f"{n % 7:060d}", n) for n in range(86)]


def test_parts_written_beside_the_gathering_have_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "beside").mkdir()
    with ThreadPoolExecutor(2) as pool:
        assert write(tmp_path / "beside", pool) == write(tmp_path / "alone", None)


def test_a_table_at_fault_leaves_no_part(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        parts = PartWriter(tmp_path / "orders.parquet", pool)
        for rows in blocks():
            parts.add(rows)
        assert list(tmp_path.iterdir())
        parts.drop()
    assert not list(tmp_path.iterdir())


def test_what_a_writer_beside_could_not_write_stops_the_landing(tmp_path: Path) -> None:
    (tmp_path / "orders.new").mkdir()
    with ThreadPoolExecutor(2) as pool:
        parts = PartWriter(tmp_path / "orders.parquet", pool)
        with pytest.raises(IsADirectoryError):
            for rows in blocks():
                parts.add(rows)
            parts.close()
        parts.drop()
    assert [path.name for path in tmp_path.iterdir()] == ["orders.new"]
