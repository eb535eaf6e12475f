"""An ingest killed at any moment and run again ends, byte for byte, as if undisturbed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from siyu.settings import PROJECT_DIR
from tests.sources.exports import COUPON, EVENT, Shop, coupons, csv_text, xlsx_bytes

MOMENTS = (0.1, 0.45, 0.6, 0.75, 0.9)
INGEST = (
    "import sys; from pathlib import Path; from siyu.settings import PROJECT_DIR, Settings;"
    " from siyu.sources.land.ingest import ingest;"
    " ingest(Settings(Path(sys.argv[1]), PROJECT_DIR / 'config'))"
)


def fill(shop: Shop) -> None:
    for n in range(14):
        shop.drop(f"coupons_{n:02d}.csv", csv_text(COUPON, coupons(300, start=300 * n)))
    for n in range(4):
        events = [
            [f"e{n}_{i}", "2026-08-03 10:00:00", "wx0a", f"oX{i:05d}", "s", "view", "坏"[i % 9 :]]
            for i in range(300)
        ]  # fmt: skip
        shop.drop(f"events_{n}.csv", csv_text(EVENT, events).encode("gb18030"))
    shop.drop("coupons.xlsx", xlsx_bytes([COUPON, *coupons(5)]))
    shop.drop("unknown.csv", "甲,乙\n1,2\n")


def start(shop: Shop) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", INGEST, str(shop.settings.data_dir)], cwd=PROJECT_DIR
    )


def test_an_ingest_killed_five_times_ends_as_if_undisturbed(tmp_path: Path) -> None:
    calm, killed = Shop(tmp_path / "calm"), Shop(tmp_path / "killed")
    fill(calm)
    fill(killed)
    began = time.monotonic()
    assert start(calm).wait() == 0
    length = time.monotonic() - began
    for share in MOMENTS:
        process = start(killed)
        try:
            process.wait(length * share)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert start(killed).wait() == 0
    assert killed.tree() == calm.tree()
    assert killed.tree("quarantine") == calm.tree("quarantine")
    assert len(list((calm.settings.raw_dir / "_ledger").iterdir())) == 1
