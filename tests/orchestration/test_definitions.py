"""The graph that Dagster shows: grouped along the way of the data, every asset described and owned."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

SNAPSHOT = Path(__file__).parent / "asset_graph.txt"


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    from orchestration.definitions import defs

    return defs


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_every_law_is_a_check_of_an_asset(defs: dg.Definitions) -> None:
    """One that reads no model of its asset would run unseen and fill the night's log with warnings."""
    from orchestration.warehouse import DBT_DIR

    laws = {path.stem for path in (DBT_DIR / "tests").rglob("*.sql")}
    checks = {key.name for key in defs.resolve_asset_graph().asset_check_keys}
    assert len(laws) > 10 and laws - checks == set()


def test_every_asset_has_owner_description_group_and_kinds(specs: dict[str, dg.AssetSpec]) -> None:
    ours = {name: s for name, s in specs.items() if not name.startswith("ops/freshness")}
    lacking = {
        name: [
            what
            for what, there in (
                ("owner", spec.owners),
                ("description", spec.description),
                ("group", spec.group_name and spec.group_name != "default"),
                ("kinds", spec.kinds),
            )
            if not there
        ]
        for name, spec in ours.items()
    }
    assert {name: what for name, what in lacking.items() if what} == {}


def test_groups_follow_the_way_of_the_data(specs: dict[str, dg.AssetSpec]) -> None:
    assert {spec.group_name for spec in specs.values()} == {
        "ingest",
        "staging",
        "identity",
        "core",
        "marts",
        "features",
        "ml",
        "activation",
        "serving",
        "ops",
    }


def test_the_asset_graph_is_the_one_we_know(specs: dict[str, dg.AssetSpec]) -> None:
    lines = [
        f"{name} [{spec.group_name}] <- {', '.join(sorted(d.asset_key.to_user_string() for d in spec.deps))}"
        for name, spec in sorted(specs.items())
    ]
    text = "\n".join(lines) + "\n"
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(text)
        pytest.fail("the snapshot was missing and has been written: look at it, then commit it")
    assert text == SNAPSHOT.read_text(), (
        "the asset graph changed: delete asset_graph.txt, run again, look at the difference"
    )


def test_the_nightly_job_depends_on_nothing_it_does_not_make(
    defs: dg.Definitions, specs: dict[str, dg.AssetSpec]
) -> None:
    made = {
        key.to_user_string()
        for key in defs.resolve_job_def("nightly").asset_layer.selected_asset_keys
    }
    needed = {d.asset_key.to_user_string() for name in made for d in specs[name].deps}
    assert needed <= made


def test_schedules_run_in_shanghai_and_pass_the_day_that_ended(defs: dg.Definitions) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from orchestration.schedules import every_night, every_week

    assert every_night.cron_schedule == "0 2 * * *"
    assert {every_night.execution_timezone, every_week.execution_timezone} == {"Asia/Shanghai"}
    at_two = datetime(2026, 8, 18, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    context = dg.build_schedule_context(scheduled_execution_time=at_two)
    request = every_night.evaluate_tick(context).run_requests[0]
    assert request.run_config["ops"]["landing"]["config"]["as_of"] == "2026-08-17"


def test_the_sensor_waits_for_a_quiet_tick_and_runs_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.sensors import landing_folder

    monkeypatch.setenv("SIYU_DATA", str(tmp_path))
    (tmp_path / "landing").mkdir()

    def tick(cursor: str | None) -> dg.SensorResult:
        return landing_folder(dg.build_sensor_context(cursor=cursor))

    assert tick(None).skip_reason
    (tmp_path / "landing" / "a.csv").write_text("x\n1\n")
    waiting = tick(None)
    assert not waiting.run_requests
    ran = tick(waiting.cursor)
    assert len(ran.run_requests) == 1
    assert not tick(ran.cursor).run_requests


def test_a_selection_that_cannot_be_read_is_refused_with_what_may_be_written(
    defs: dg.Definitions,
) -> None:
    from orchestration.part import selected_assets
    from siyu.errors import ConfigError

    job = defs.resolve_job_def("nightly")
    with pytest.raises(ConfigError, match="group:NAME"):
        selected_assets(defs, job, "group:((")
    assert dg.AssetKey(["marts", "rfm"]) in selected_assets(defs, job, 'key:"core/fct_order"+')
