"""However a run was started, it is at work alone on the data folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from orchestration import one_run
from orchestration.definitions import defs
from siyu.errors import WarehouseLocked
from siyu.run_lock import in_turn, only_one
from siyu.settings import Settings, load_settings


def is_held(settings: Settings) -> bool:
    try:
        with only_one(settings):
            return False
    except WarehouseLocked:
        return True


@dg.op
def look() -> bool:
    return is_held(load_settings())


@dg.job(executor_def=one_run.one_run_at_a_time)
def looking() -> None:
    look()


def looking_job() -> dg.JobDefinition:
    return looking


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SIYU_DATA", str(tmp_path / "data"))
    return load_settings()


def play(home: Path) -> list[bool]:
    """A run of Dagster's own, stored as one of its pages would be; gives what its step saw."""
    with (
        dg.DagsterInstance.local_temp(str(home)) as instance,
        dg.execute_job(dg.reconstructable(looking_job), instance=instance) as result,
    ):
        return [result.output_for_node("look")]


def test_a_run_that_dagster_starts_holds_the_lock_and_gives_it_back(
    settings: Settings, tmp_path: Path
) -> None:
    assert play(tmp_path) == [True]
    assert not is_held(settings)


def test_a_run_waits_until_the_one_at_work_has_ended(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, saw = threading.Event(), []

    @contextmanager
    def noted(place: Settings, told: Callable[[], None]) -> Iterator[None]:
        def both() -> None:
            told()
            waits.set()

        with in_turn(place, both):
            yield

    monkeypatch.setattr(one_run, "in_turn", noted)
    run = threading.Thread(target=lambda: saw.extend(play(tmp_path)))
    with only_one(settings):
        run.start()
        assert waits.wait(timeout=60)
        assert saw == []
    run.join(timeout=60)
    assert saw == [True]


def test_every_job_of_siyu_runs_so() -> None:
    for job in ("nightly", "weekly_training", "__ASSET_JOB"):
        assert defs.resolve_job_def(job).executor_def.name == "one_run_at_a_time"
