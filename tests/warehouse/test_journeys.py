"""Journeys of a known Markov chain, landed as exports: the warehouse counts and solves that chain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import demo.compare_journeys
from demo.compare_journeys import compare_with_chain
from demo.journeys import (
    CHANNELS,
    FIRST,
    NEXT,
    THROUGH,
    build_journeys,
    planted_effects,
    planted_transitions,
)
from siyu.settings import Settings
from tests.brand import Brand
from tests.sources.exports import Shop
from tests.warehouse.conftest import Build

COUNT = 6000


def chance_to_order(removed: int | None = None) -> float:
    """By walking the chain until nobody is on the way; who comes to the removed channel is lost."""
    step = np.array([NEXT[channel] for channel in CHANNELS])
    here, ordered = np.array(FIRST), 0.0
    while here.sum() > 1e-15:
        if removed is not None:
            here[removed] = 0.0
        ordered += here @ step[:, len(CHANNELS)]
        here = here @ step[:, : len(CHANNELS)]
    return float(ordered)


def test_the_planted_effects_are_what_walking_the_chain_without_a_channel_loses() -> None:
    found, whole = planted_effects(), chance_to_order()
    assert found.base == pytest.approx(whole, abs=1e-12)
    for place, channel in enumerate(CHANNELS):
        lost = 1 - chance_to_order(removed=place) / whole
        assert found.effect[channel] == pytest.approx(lost, abs=1e-12), channel


def test_the_warehouse_recovers_the_chain_and_its_effects_within_the_stated_error(
    tmp_path: Path, build_landed: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path / "data")
    truth = tmp_path / "data" / "truth"
    made = build_journeys(shop.settings.landing_dir, truth, COUNT)
    load = shop.ingest(as_of=THROUGH)
    assert {f.status for f in load.files} == {"landed"}, load.messages
    with build_landed(shop, "+channel_effect", "+channel_step", as_of=THROUGH) as con:
        report = compare_with_chain(con, truth)
        orders = con.execute("select count(*), count(person_id) from core.fct_order").fetchall()
        # The comparison must be able to fail: another chain is not what was counted.
        other = planted_transitions()
        other.loc[[0, 1], "n"] = [0.20, 0.15]
        monkeypatch.setattr(demo.compare_journeys, "planted_transitions", lambda: other)
        refused = compare_with_chain(con, truth)
    assert orders == [(made.orders, made.orders)]
    assert report["markov_steps_counted"] == report["markov_steps_true"], "every step, once"
    assert report["markov_recovered"] is True, report
    assert refused["markov_recovered"] is False, refused


def test_journeys_never_mix_with_a_brand(tmp_path: Path) -> None:
    brand = Brand(tmp_path / "data")
    folder = Settings(brand.data, brand.config).landing_dir
    folder.mkdir(parents=True)
    (folder / "orders.csv").write_text("a\n")
    answer = brand.siyu("demo", "build", "--journeys", "10")
    assert answer.code == 2 and "empty folder" in answer.err
    assert [p.name for p in folder.iterdir()] == ["orders.csv"]
