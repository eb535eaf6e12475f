"""Nightly scores: every buyer, by the model in service, written as one whole table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ml import registry
from ml.config import ModelsConfig, load_models_config
from ml.drift import psi
from ml.features import read_frame
from siyu.settings import Settings
from siyu.warehouse import connect

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_VALUE = {"churn": ("churn_probability", "double"), "ltv": ("ltv_cny", "decimal(18, 2)")}
_TABLE = """
create table if not exists ml.{name}_score (
    person_id varchar, as_of_on date, {value} {kind}, {name}_decile integer,
    horizon_days integer, model_version varchar,
    reason_1 varchar, reason_2 varchar, reason_3 varchar
)
"""


@dataclass(frozen=True)
class Score:
    """How one model's scoring ended; version is None when there is no model."""

    name: str
    rows: int
    version: str | None
    verdict: str


@dataclass(frozen=True)
class ScoreResult:
    """Both models, churn first."""

    scores: tuple[Score, ...]


def score_all(settings: Settings, as_of: date) -> ScoreResult:
    """Replaces both score tables, or keeps the last good one where tonight's people drifted."""
    from threadpoolctl import threadpool_limits

    config = load_models_config(settings.config_dir)
    with connect(settings) as con, threadpool_limits(1):  # sums keep their order
        frame = read_frame(con, "person_features")
        con.execute("create schema if not exists ml")
        return ScoreResult(
            tuple(_score(settings, config, con, n, frame, as_of) for n in registry.NAMES)
        )


def _score(
    settings: Settings,
    config: ModelsConfig,
    con: duckdb.DuckDBPyConnection,
    name: str,
    frame: pd.DataFrame,
    as_of: date,
) -> Score:
    con.execute(_TABLE.format(name=name, value=_VALUE[name][0], kind=_VALUE[name][1]))
    version = registry.champion_version(settings, name)
    if version is None or frame.empty:
        _replace(con, name, None)
        why = "no model in service" if version is None else "nobody to score"
        return Score(name, 0, version, f"empty: {why}")
    served = registry.load(settings, name, version)
    said = served.model.predict(frame)
    moved = psi(served.reference, served.model.rank(frame))
    kept = con.execute(f"select count(*) from ml.{name}_score").fetchall()[0][0]
    if moved > config.psi_limit and kept:
        verdict = f"drift {moved:.3f} above {config.psi_limit:g}: the last good scores are kept"
        return Score(name, int(kept), version, verdict)
    rows = _rows(name, frame, said.round(6), served.model.explainer.reasons(
        served.model.columns(frame)
    ))  # fmt: skip
    rows["as_of_on"] = as_of
    rows["model_version"] = version
    rows["horizon_days"] = registry.read_metrics(settings, name, version)["horizon_days"]
    _replace(con, name, rows)
    if moved > config.psi_limit:
        return Score(name, len(rows), version, f"drift {moved:.3f}: scored, nothing older to keep")
    return Score(name, len(rows), version, f"scored, drift {moved:.3f}")


def _rows(
    name: str, frame: pd.DataFrame, said: pd.Series, reasons: list[list[str]]
) -> pd.DataFrame:
    """One row per person with its decile: 10 holds the highest values, ties by person."""
    import numpy as np
    import pandas as pd

    rows = pd.DataFrame({"person_id": frame["person_id"], _VALUE[name][0]: said})
    place = np.empty(len(rows), dtype="int64")
    place[np.lexsort((rows["person_id"], said))] = np.arange(len(rows))
    rows[f"{name}_decile"] = place * 10 // len(rows) + 1
    rows[["reason_1", "reason_2", "reason_3"]] = reasons
    return rows.sort_values("person_id")


def _replace(con: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame | None) -> None:
    """The whole table in one transaction."""
    con.execute("begin")
    try:
        con.execute(f"delete from ml.{name}_score")
        if rows is not None:
            con.register("scored", rows)
            con.execute(
                f"insert into ml.{name}_score by name select * from scored order by person_id"
            )
            con.unregister("scored")
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
