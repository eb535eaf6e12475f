"""The law of one definition: a mart's figure and the metric's own query are the same figure."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from orchestration.manifest import fresh_manifest
from siyu.errors import ConfigError
from siyu.metrics.query import Metrics, load_metrics
from siyu.settings import PROJECT_DIR, Settings
from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("whole_brand")
MANIFEST = fresh_manifest(PROJECT_DIR / "dbt_project").parent / "semantic_manifest.json"


@pytest.fixture(scope="module")
def metrics(first_night: Brand) -> Metrics:
    return Metrics(MANIFEST, Settings(first_night.data, first_night.config).serving_path)


def _figures(rows: list[tuple], keys: int, decimals: int | None) -> dict[tuple, Any]:
    """Key -> figure; nothing at all and zero are the same, an average is held at the mart's cents."""
    found = {}
    for row in rows:
        *key, value = row
        assert len(key) == keys
        if value not in (None, 0):
            found[tuple(key)] = value if decimals is None else (value, decimals)
    return found


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) or isinstance(other, tuple):
        (a, decimals), (b, _) = one, other
        return abs(float(a) - float(b)) <= 0.5 * 10**-decimals + 1e-9
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(float(one), float(other), rel_tol=1e-12)
    return Decimal(one) == Decimal(other)


def _differences(name: str, metrics: Metrics, brand: Brand) -> list[tuple]:
    """Where the mart that shows a metric and the metric's own query differ: key, mart, metric."""
    shown = load_metrics(MANIFEST)[name].shown
    keys, column = list(shown["by"]), shown["column"]
    grouped = f" group by {', '.join(keys)}" if keys and "(" in column else ""
    rows = brand.rows(
        f"select {', '.join([*keys, column])} from marts.{shown['mart']}"
        f" where {shown.get('where', 'true')}{grouped}"
    )
    asked = metrics.query([name], list(shown["by"].values())).rows
    mart = _figures(rows, len(keys), shown.get("round"))
    own = _figures(asked, len(keys), shown.get("round"))
    # A law over nothing proves nothing: the demo's platforms bear no discount, and all else is there.
    assert mart or name == "platform_subsidy", f"marts.{shown['mart']} shows nothing of {name}"
    return [
        (key, mart.get(key), own.get(key))
        for key in sorted(mart.keys() | own.keys(), key=str)
        if key not in mart or key not in own or not _same(mart[key], own[key])
    ]


def test_every_mart_shows_what_its_metrics_say(metrics: Metrics, first_night: Brand) -> None:
    shown = [name for name, word in load_metrics(MANIFEST).items() if word.shown]
    assert len(shown) >= 50
    found = {name: _differences(name, metrics, first_night) for name in shown}
    assert {name: rows[:3] for name, rows in found.items() if rows} == {}


def test_a_metric_is_said_in_both_languages_and_has_an_owner() -> None:
    for word in load_metrics(MANIFEST).values():
        assert word.zh and word.zh_description and word.owner and word.description, word.name


def test_a_condition_narrows_a_metric_and_the_parts_sum_to_the_whole(metrics: Metrics) -> None:
    whole = metrics.query(["net_revenue"]).rows[0][0]
    parts = dict(metrics.query(["net_revenue"], ["order__platform"]).rows)
    assert sum(parts.values()) == whole
    one = metrics.query(["net_revenue"], where=["{{ Dimension('order__platform') }} = 'jd'"])
    assert one.rows == [(parts["jd"],)]


@pytest.mark.parametrize(
    ("by", "where", "named"),
    [
        (["order__colour"], [], "order__colour"),
        ([], ["{{ Dimension('order__platform') }} = nothing_of_the_kind"], "nothing_of_the_kind"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    by: list[str], where: list[str], named: str, metrics: Metrics
) -> None:
    with pytest.raises(ConfigError, match=named) as fault:
        metrics.query(["net_revenue"], by, where)
    assert "\n" not in str(fault.value)


def test_a_query_reaches_no_file_outside_the_public_tables(metrics: Metrics) -> None:
    with pytest.raises(ConfigError, match="disabled"):
        metrics.query(["orders"], where=["exists (select 1 from read_csv('/etc/passwd'))"])


def test_the_command_gives_json_and_says_what_is_no_metric(first_night: Brand) -> None:
    asked = first_night.siyu("metric", "query", "net_revenue", "buyers", "--by", "month", "--json")
    assert asked.code == 0, asked.err
    months = {row["metric_time__month"]: row["net_revenue"] for row in asked.json()}
    shown = first_night.rows("select month_on, net_revenue_cny from marts.first_party_share")
    assert months == {day.isoformat(): str(money) for day, money in shown}
    wrong = first_night.siyu("metric", "query", "net_revenu")
    assert wrong.code == 2 and "net_revenue" in wrong.err and wrong.out == ""
