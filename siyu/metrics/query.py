"""Metric queries on the public tables: MetricFlow writes the SQL, DuckDB reads the serving file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siyu.errors import ConfigError

if TYPE_CHECKING:
    from metricflow.engine.metricflow_engine import MetricFlowEngine

INSTALL = 'metric queries need MetricFlow: pip install "siyu[metrics]"'
GRAINS = ("day", "week", "month", "quarter", "year")
CONDITION = "a condition reads \"{{ Dimension('order__platform') }} = 'jd'\""


@dataclass(frozen=True)
class MetricWord:
    """What the project says about a metric, in both languages."""

    name: str
    label: str
    zh: str
    description: str
    zh_description: str
    owner: str
    formula: str
    source: str
    grain: str
    shown: dict[str, Any]


@dataclass(frozen=True)
class MetricRows:
    """The answer to a metric query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def load_metrics(manifest: Path) -> dict[str, MetricWord]:
    """Every metric of dbt's semantic manifest, in the order of its name; needs no MetricFlow."""
    held = json.loads(manifest.read_text(encoding="utf-8"))
    measures = {
        measure["name"]: (model, measure)
        for model in held["semantic_models"]
        for measure in model["measures"]
    }
    words = {}
    for metric in sorted(held["metrics"], key=lambda m: m["name"]):
        meta = (metric.get("config") or {}).get("meta") or {}
        formula, source, grain = _said(metric, measures)
        words[metric["name"]] = MetricWord(
            metric["name"], metric.get("label") or metric["name"], meta.get("zh", ""),
            metric["description"], meta.get("zh_description", ""), meta.get("owner", ""),
            formula, source, grain, meta.get("shown", {}),
        )  # fmt: skip
    return words


def _said(metric: dict[str, Any], measures: dict[str, Any]) -> tuple[str, str, str]:
    """Formula, source table and finest grain of time, as the definition has them."""
    params = metric["type_params"]
    if metric["type"] == "ratio":
        return f"{params['numerator']['name']} / {params['denominator']['name']}", "", ""
    if metric["type"] == "derived":
        return params["expr"], "", ""
    model, measure = measures[params["measure"]["name"]]
    window = (params.get("cumulative_type_params") or {}).get("window")
    formula = f"{measure['agg']}({measure['expr'] or measure['name']})"
    if window:
        formula += f" over {window['count']} {window['granularity'].rstrip('s')}s"
    day = measure["agg_time_dimension"] or model["defaults"]["agg_time_dimension"]
    kept = next(d for d in model["dimensions"] if d["name"] == day)
    place = model["node_relation"]
    return (
        formula,
        f"{place['schema_name']}.{place['alias']}",
        f"{kept['type_params']['time_granularity']} ({day})",
    )


class Metrics:
    """The metric engine over one serving file. Raises ConfigError when MetricFlow is missing."""

    def __init__(self, manifest: Path, serving: Path) -> None:
        self._serving = serving
        self._engine = _engine(manifest)

    def dimensions(self, name: str) -> list[str]:
        """What a metric can be grouped by."""
        return self._common([name])

    def _common(self, names: Sequence[str]) -> list[str]:
        found = self._engine.list_group_bys(metric_names=list(names))
        return sorted({getattr(item, "dunder_name", item.name) for item in found})

    def _refusal(
        self, names: Sequence[str], by: Sequence[str], where: Sequence[str], fault: Exception
    ) -> str:
        """Why MetricFlow wrote no SQL, in one line: a wrong word of ours, or its own first words."""
        known = self._common(names)
        # The finest grain of time is the only one that is listed.
        finest = next((_grain(name) for name in known if name.startswith("metric_time__")), None)
        grains = GRAINS[GRAINS.index(finest) :] if finest else ()
        wrong = [
            word
            for word in by
            if word.removeprefix("metric_time__") not in grains and _stem(word) not in known
        ]
        if wrong:
            allowed = ", ".join((*grains, *(name for name in known if not _grain(name))))
            return (
                f"{', '.join(names)} cannot be grouped by {', '.join(wrong)}; allowed are {allowed}"
            )
        if where and "where" in str(fault).lower():
            places = ", ".join(name for name in known if "__" in name and not _grain(name))
            return (
                f"{', '.join(names)} cannot be narrowed by {' and '.join(where)}; "
                f"{CONDITION}, with one of {places}"
            )
        said = [line.strip() for line in str(fault).splitlines() if line.strip()]
        return " ".join(said[:4]) or type(fault).__name__

    def write_sql(
        self,
        names: Sequence[str],
        by: Sequence[str] = (),
        where: Sequence[str] = (),
        limit: int | None = None,
    ) -> str:
        """The query of the metrics, in the order of what they are grouped by: a grain of time or
        dimensions.

        Raises ConfigError, in one line, for an unknown metric, dimension or condition.
        """
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        groups = [f"metric_time__{word}" if word in GRAINS else word for word in by]
        try:
            return self._engine.explain(
                MetricFlowQueryRequest.create(
                    metric_names=list(names),
                    group_by_names=groups,
                    where_constraints=list(where) or None,
                    order_by_names=groups,
                    limit=limit,
                )
            ).sql_statement.sql
        except Exception as fault:
            raise ConfigError(self._refusal(names, by, where, fault)) from fault

    def query(
        self,
        names: Sequence[str],
        by: Sequence[str] = (),
        where: Sequence[str] = (),
        limit: int | None = None,
    ) -> MetricRows:
        """The rows of that query. Raises ConfigError as it does, and before the first night."""
        import duckdb

        sql = self.write_sql(names, by, where, limit)
        if not self._serving.exists():
            raise ConfigError("there is no serving file yet: run `siyu run` first")
        con = duckdb.connect()
        try:
            # The models say `warehouse`; what is read are the public tables and nothing else.
            path = str(self._serving).replace("'", "''")
            con.execute(f"attach '{path}' as warehouse (read_only)")
            con.execute("set enable_external_access = false")
            con.execute("set lock_configuration = true")
            cursor = con.execute(sql)
            columns = [part[0] for part in cursor.description or ()]
            rows = [tuple(_day(cell) for cell in row) for row in cursor.fetchall()]
            return MetricRows(columns, rows)
        except duckdb.Error as fault:
            said = str(fault).split("\n")[0]
            raise ConfigError(f"{said}; {CONDITION}" if where else said) from fault
        finally:
            con.close()


def _engine(manifest: Path) -> MetricFlowEngine:
    # Imported here: it costs half a second, and a listing needs none of it.
    try:
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
        from metricflow_semantics.model.dbt_manifest_parser import (
            parse_manifest_from_dbt_generated_manifest,
        )
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
    except ModuleNotFoundError as fault:
        raise ConfigError(INSTALL) from fault

    class Writer:
        """MetricFlow's client without a connection: it writes SQL for DuckDB and runs none."""

        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

        def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
            return f"${bind_parameter_key}"

    held = parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8"))
    return MetricFlowEngine(SemanticManifestLookup(held), Writer())  # type: ignore[arg-type]


def _day(cell: Any) -> Any:
    """Metrics know no finer time than a day; DuckDB cuts a day to a month as a timestamp."""
    return cell.date() if isinstance(cell, datetime) else cell


def _grain(word: str) -> str | None:
    """The grain of time that a dimension is named with: metric_time__day -> day."""
    last = word.rpartition("__")[2]
    return last if last in GRAINS else None


def _stem(word: str) -> str:
    """A dimension without its grain of time: order__ordered_on__month -> order__ordered_on."""
    return word.rpartition("__")[0] if _grain(word) else word
