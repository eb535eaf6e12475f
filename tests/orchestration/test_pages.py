"""What nights note for Dagster's pages, and how the pages take it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.pages import note_for_pages, tell_pages
from siyu.settings import Settings

ORDERS = dg.AssetKey(["core", "orders"])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "logs").mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    return Settings(tmp_path, tmp_path)


def play(settings: Settings, rows: int) -> float:
    """A night of one asset and its check; gives the time at which it was materialised."""

    @dg.asset(key=ORDERS)
    def orders() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    @dg.asset_check(asset=ORDERS)
    def is_sound() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([orders, is_sound], instance=instance)
        note_for_pages(settings, instance.all_logs(result.run_id))
        (event,) = instance.fetch_materializations(ORDERS, limit=1).records
    return event.timestamp


def stored() -> list[dg.EventLogRecord]:
    with dg.DagsterInstance.get() as instance:
        return list(instance.fetch_materializations(ORDERS, limit=10).records)


def test_of_nights_that_nobody_looked_at_the_newest_is_told_with_its_own_time(
    settings: Settings,
) -> None:
    play(settings, 1)
    at = play(settings, 2)
    tell_pages(settings)
    (record,) = stored()
    assert record.asset_materialization.metadata["dagster/row_count"].value == 2
    assert record.timestamp == at
    tell_pages(settings)
    assert len(stored()) == 1, "a note that was told is gone"
    assert list((settings.data_dir / "logs").iterdir()) == []


def test_a_note_left_by_pages_that_were_killed_is_told_before_the_next(settings: Settings) -> None:
    logs = settings.data_dir / "logs"
    play(settings, 1)
    (logs / "pages.json").rename(logs / "pages.taken")
    play(settings, 2)
    tell_pages(settings)
    rows = [r.asset_materialization.metadata["dagster/row_count"].value for r in stored()]
    assert rows == [2, 1], "newest first"


def test_a_note_of_another_dagster_costs_nothing_but_the_note(settings: Settings) -> None:
    note = settings.data_dir / "logs" / "pages.json"
    note.write_text('[{"__class__": "SomethingOfLater"}]')
    tell_pages(settings)
    note.write_text('[{"__class__": "SomethingOfLater"}]')
    play(settings, 3)
    tell_pages(settings)
    assert len(stored()) == 1
