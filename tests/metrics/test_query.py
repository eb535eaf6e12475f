"""What cannot be asked of a metric is said in words of the command, and before any night was played."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.manifest import fresh_manifest
from siyu import fingerprint
from siyu.errors import ConfigError
from siyu.metrics.query import Metrics
from siyu.settings import PROJECT_DIR, Settings
from tests.brand import Brand


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Metrics:
    manifest = fresh_manifest(PROJECT_DIR / "dbt_project").parent / "semantic_manifest.json"
    return Metrics(manifest, tmp_path_factory.mktemp("unbuilt") / "siyu.duckdb")


def _refusal(metrics: Metrics, name: str, by: list[str], where: list[str]) -> str:
    with pytest.raises(ConfigError) as fault:
        metrics.query([name], by, where)
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_a_monthly_metric_says_that_it_knows_no_day(metrics: Metrics) -> None:
    said = _refusal(metrics, "first_party_share", ["day"], [])
    assert said.startswith("first_party_share cannot be grouped by day; allowed are month, quarter")
    assert "week" not in said


def test_a_wrong_dimension_is_told_with_those_there_are(metrics: Metrics) -> None:
    said = _refusal(metrics, "net_revenue", ["month", "order__colour"], [])
    assert said.startswith("net_revenue cannot be grouped by order__colour; allowed are day, week")
    assert "order__platform" in said


@pytest.mark.parametrize(
    "condition",
    [
        "{{ Dimension('order__colour') }} = 'red'",
        "{{ Dimension('platform') }} = 'jd'",
        "{{ Dimension('order__platform' }} = 'jd'",
    ],
)
def test_a_condition_that_cannot_be_read_is_told_with_one_that_can(
    condition: str, metrics: Metrics
) -> None:
    said = _refusal(metrics, "net_revenue", ["month"], [condition])
    assert said.startswith(f"net_revenue cannot be narrowed by {condition}; ")
    assert "{{ Dimension('order__platform') }} = 'jd'" in said.split("; ", 1)[1]
    assert "Traceback" not in said and "Error" not in said


def test_a_metric_is_explained_before_the_first_night_and_asked_for_after_it(
    tmp_path: Path,
) -> None:
    brand = Brand(tmp_path / "data")
    shown = brand.siyu("metric", "show", "net_revenue", "--json")
    assert shown.code == 0, shown.err
    assert "order__platform" in shown.json()["by"]
    written = brand.siyu("metric", "query", "net_revenue", "--by", "month", "--sql")
    assert written.code == 0 and '"core"."fct_order"' in written.out, written.err
    asked = brand.siyu("metric", "query", "net_revenue")
    assert asked.code == 2 and "run `siyu run` first" in asked.err


def test_a_limit_of_no_rows_is_refused(tmp_path: Path) -> None:
    asked = Brand(tmp_path / "data").siyu("metric", "query", "net_revenue", "--limit", "0")
    assert asked.code == 2 and "--limit" in asked.err


@pytest.mark.parametrize(
    ("path", "rebuilds"),
    [
        ("dbt_project/models/metrics/people.yml", False),
        ("siyu/metrics/query.py", False),
        ("dbt_project/models/marts/path.sql", True),
        ("siyu/metrics/markov.py", True),
    ],
)
def test_a_changed_metric_builds_no_table_anew_and_a_changed_model_does(
    path: str, rebuilds: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "PROJECT_DIR", tmp_path)
    settings = Settings(tmp_path / "data", tmp_path / "config")
    settings.data_dir.mkdir()
    changed = tmp_path / path
    changed.parent.mkdir(parents=True)
    changed.write_text("one", "utf-8")
    fingerprint.remember_build(settings)
    assert not fingerprint.must_rebuild(settings)
    changed.write_text("other", "utf-8")
    assert fingerprint.must_rebuild(settings) == rebuilds
