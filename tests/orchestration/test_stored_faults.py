"""What Dagster stores of a failure names its kind and its place, and no value of the data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.definitions import defs
from orchestration.plain_faults import faults_as_they_are, plain_faults
from siyu.errors import PermanentFailure

VALUE = "13912345678 of somebody"


def spoil() -> None:
    duckdb.sql(f"select '{VALUE}'::integer").fetchall()


@dg.asset
@plain_faults
def whole() -> dg.MaterializeResult:
    spoil()
    return dg.MaterializeResult()


@dg.multi_asset(specs=[dg.AssetSpec("step_by_step")])
@plain_faults
def in_steps() -> Iterator[dg.MaterializeResult]:
    yield dg.MaterializeResult(asset_key="step_by_step")
    spoil()


@dg.asset
@plain_faults
def foreseen() -> None:
    try:
        spoil()
    except duckdb.Error as fault:
        raise PermanentFailure("a column holds what is no number") from fault


@dg.asset
@plain_faults
def failed() -> None:
    try:
        spoil()
    except duckdb.Error as fault:
        raise dg.Failure("a check failed", {"rows": 3}, allow_retries=False) from fault


def stored(home: Path, asset: dg.AssetsDefinition) -> tuple[str, bytes]:
    """What the failure says, and every byte that Dagster keeps of the run, its output included."""
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        result = dg.materialize([asset], instance=instance, raise_on_error=False)
        (event,) = [e for e in result.all_events if e.is_step_failure]
    return event.step_failure_data.user_failure_data.description, b"".join(
        path.read_bytes() for path in home.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize(
    ("asset", "said"),
    [
        (whole, "unforeseen fault (ConversionException)"),
        (in_steps, "unforeseen fault (ConversionException)"),
        (foreseen, "a column holds what is no number"),
        (failed, "a check failed"),
    ],
)
def test_a_value_in_the_words_of_a_fault_is_stored_nowhere_and_its_kind_is(
    tmp_path: Path, asset: dg.AssetsDefinition, said: str
) -> None:
    told, kept = stored(tmp_path, asset)
    assert told.startswith(said)
    assert VALUE.encode() not in kept and VALUE.split()[0].encode() not in kept
    assert said.encode() in kept and Path(__file__).name.encode() in kept


def test_what_a_failure_of_our_own_carries_is_kept(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = dg.materialize([failed], instance=instance, raise_on_error=False)
    (event,) = [e for e in result.all_events if e.is_step_failure]
    assert event.step_failure_data.user_failure_data.metadata["rows"].value == 3


def test_whoever_asks_at_a_terminal_sees_the_fault_itself() -> None:
    with faults_as_they_are(), pytest.raises(duckdb.ConversionException, match=VALUE):
        dg.materialize([whole], instance=dg.DagsterInstance.ephemeral())


def test_every_step_of_siyu_is_guarded() -> None:
    bare = [
        one.op.name
        for one in defs.assets or ()
        if not getattr(one.op.compute_fn.decorated_fn, "has_plain_faults", False)
    ]
    assert bare == []
