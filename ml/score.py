"""Nightly scores: every buyer, by the models in service, written as one whole table a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ml import registry
from ml.config import ModelsConfig, load_models_config
from ml.drift import drift_of
from ml.features import read_frame
from ml.horizons import Task
from ml.score_table import create_tables, previous_deciles, record_night, replace_scores
from ml.service import Health, judge_health
from ml.threads import one_thread
from siyu.settings import Settings
from siyu.warehouse import connect

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

    from ml.score_table import Columns
    from ml.train import Served


@dataclass(frozen=True)
class Score:
    """How one question's scoring ended; version is None when there is no model."""

    name: str
    rows: int
    version: str | None
    verdict: str
    health: Health | None = None


@dataclass(frozen=True)
class ScoreResult:
    """Both questions, churn first."""

    scores: tuple[Score, ...]


def score_all(settings: Settings, as_of: date) -> ScoreResult:
    """Replaces both score tables, or keeps the last good one where the gate closes: tonight's people
    drifted, or the model is too old. `ml.score_night` says which, and why.
    """
    config = load_models_config(settings.config_dir)
    with connect(settings) as con, one_thread():
        frame = read_frame(con, "person_features")
        create_tables(con)
        found = []
        for name in registry.NAMES:
            score = _score(settings, config, con, name, frame, as_of)
            record_night(con, name, as_of, score.version, score.rows, score.verdict, score.health)
            found.append(score)
        return ScoreResult(tuple(found))


def _score(
    settings: Settings,
    config: ModelsConfig,
    con: duckdb.DuckDBPyConnection,
    name: str,
    frame: pd.DataFrame,
    as_of: date,
) -> Score:
    version = registry.champion_version(settings, name)
    if version is None or frame.empty:
        replace_scores(con, name, None)
        why = "no model in service" if version is None else "nobody to score"
        return Score(name, 0, version, f"empty: {why}")
    served: Served = registry.load(settings, name, version)
    trained_on = date.fromisoformat(registry.read_metrics(settings, name, version)["as_of"])
    people = served.model.baselines.extend(frame)  # asked once, used for rank, score and reasons
    rank = served.model.rank(people)
    drift = drift_of(served.references, rank, frame)
    kept = con.execute(
        f"select count(*) from ml.{name}_score where as_of_on < ?", [as_of]
    ).fetchall()[0][0]
    health = judge_health(drift, (as_of - trained_on).days, config.psi_limit, config.max_age_days)
    if health.closed and kept:
        return Score(
            name, int(kept), version, f"{health.closed}: the last good scores are kept", health
        )
    values = _values(settings, config, name, frame, people, rank, served)
    before = previous_deciles(con, name, as_of)
    rows = _rows(name, people, values, served, before)
    rows["as_of_on"], rows["model_version"] = as_of, version
    rows["horizon_days"] = next(t.days for t in config.tasks() if t.name == name)
    replace_scores(con, name, rows)
    health = health.with_stability(rows[f"{name}_decile"], rows["previous_decile"])
    verdict = f"{health.closed}: scored, nothing older to keep" if health.closed else "scored"
    return Score(name, len(rows), version, verdict, health)


def _values(
    settings: Settings,
    config: ModelsConfig,
    name: str,
    frame: pd.DataFrame,
    people: pd.DataFrame,
    rank: np.ndarray,
    served: Served,
) -> Columns:
    """The leading score and that of every horizon; a horizon without a model stays empty.

    `people` is the frame with what the leading model's purchase models expect, `rank` its ranking.
    """
    import numpy as np

    found: Columns = {}
    if name == "churn":
        found["churn_probability"] = lead = served.model.chance(rank).round(6)
    else:
        said, spans = served.model.predict_with_spans(people, rank)
        found["ltv_cny"] = lead = said.round(2)
        for level, amounts in zip(("p10", "p50", "p90"), spans, strict=True):
            found[f"ltv_{level}_cny"] = amounts.round(2)
    leading = next(task for task in config.tasks() if task.name == name)
    for task in config.tasks():
        if task.question != name:
            continue
        own = registry.champion_version(settings, task.name)
        if task.leads:
            found[task.column] = lead
        elif own is None:
            found[task.column] = np.full(len(frame), np.nan)
        else:
            model = registry.load(settings, task.name, own).model
            found[task.column] = _ordered(task, leading, model.predict(frame), lead)
    return found


def _ordered(task: Task, leading: Task, said: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """A longer window never has fewer buyers or less money than a shorter one."""
    import numpy as np

    longer = task.days > leading.days
    if task.question == "churn":
        return (np.minimum if longer else np.maximum)(said, lead).round(6)
    return (np.maximum if longer else np.minimum)(said, lead).round(2)


def _rows(
    name: str, frame: pd.DataFrame, values: Columns, served: Served, before: pd.DataFrame
) -> pd.DataFrame:
    """One row per person with its decile: 10 holds the highest values, ties by person."""
    import numpy as np
    import pandas as pd

    rows = pd.DataFrame({"person_id": frame["person_id"], **values})
    lead = next(iter(values.values()))
    place = np.empty(len(rows), dtype="int64")
    place[np.lexsort((rows["person_id"], lead))] = np.arange(len(rows))
    rows[f"{name}_decile"] = place * 10 // len(rows) + 1
    explained = served.model.explainer.reasons(served.model.columns(frame))
    rows[["reason_1", "reason_2", "reason_3"]] = explained
    rows = rows.merge(before, on="person_id", how="left", validate="1:1")
    rows["previous_decile"] = rows["previous_decile"].astype("Int64")
    return rows.sort_values("person_id")
