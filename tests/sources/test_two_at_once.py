"""Two landings of one folder, a schedule's and a sensor's, end as one after the other."""

from __future__ import annotations

from pathlib import Path

from siyu.sources.raw.ledger import read_ledgers
from tests.sources.exports import Shop
from tests.sources.test_kill import fill, start


def test_two_landings_at_once_land_every_row_once_and_lose_none(tmp_path: Path) -> None:
    calm, crowded = Shop(tmp_path / "calm"), Shop(tmp_path / "crowded")
    for shop in (calm, crowded):
        fill(shop)
    assert start(calm).wait() == 0
    both = [start(crowded) for _ in range(3)]
    assert [process.wait() for process in both] == [0, 0, 0]
    assert crowded.tree() == calm.tree()
    assert len(read_ledgers(crowded.settings)) == 1
