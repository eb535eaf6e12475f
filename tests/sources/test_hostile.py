"""Hostile files crash nothing, lose nothing and leave the warehouse usable; 10,000 of them in bench."""

from __future__ import annotations

from pathlib import Path

from bench.hostile import Toll, attack, usable

FILES = 100


def test_hostile_files_crash_nothing_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    data = tmp_path / "brand" / "data"
    toll = Toll()
    attack(data, range(FILES), toll)
    assert toll.losses == dict.fromkeys(toll.losses, 0)
    assert toll.rows_in > FILES
    assert sum(toll.outcomes.values()) >= FILES
    assert {status for _, status in toll.outcomes} >= {"landed", "quarantined", "unpacked"}
    assert usable(data) == 1
