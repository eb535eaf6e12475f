"""Weekly training: every horizon's model on rolling windows beside every plain rule; the winner serves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ml import registry
from ml.backtest import Backtest, summarise
from ml.backtest_files import write_backtests
from ml.card import write_card
from ml.config import ModelsConfig, load_models_config
from ml.contest import contest
from ml.drift import Reference, fit_references
from ml.features import FEATURES, read_frame
from ml.horizons import Task
from ml.labels import read_labels
from ml.split import Split, held_out, rolling
from ml.threads import one_thread
from ml.window import judge_window
from siyu.settings import Settings
from siyu.warehouse import connect

if TYPE_CHECKING:
    import pandas as pd

MIN_ROWS = 100


@dataclass(frozen=True)
class TrainedModel:
    """What one training ended with; version is 'none' when there was too little history."""

    name: str
    version: str
    decision: str
    card: str
    headline: dict[str, float]
    backtest: Backtest | None = None


@dataclass(frozen=True)
class TrainResult:
    """The models trained, the leading churn and value first."""

    models: tuple[TrainedModel, ...]


@dataclass(frozen=True)
class Served:
    """What is stored: the model, and how features and scores spread when it was judged."""

    model: Any
    references: dict[str, Reference]


def train_all(settings: Settings, as_of: date, every_window: bool = True) -> TrainResult:
    """Trains every horizon on what was known by as_of, puts the winners into service, and writes
    the backtest report. Without `every_window` only the newest window is judged, and no report made.
    """
    config = load_models_config(settings.config_dir)
    result = _train_models(settings, config, as_of, config.tasks(), every_window)
    if every_window:
        tests = [m.backtest for m in result.models if m.backtest]
        untested = {m.name: m.decision for m in result.models if m.backtest is None}
        write_backtests(settings, as_of, tests, untested)
    return result


def train_missing(settings: Settings, as_of: date) -> TrainResult:
    """Trains what leads and has no champion yet: all horizons on the first night, one where that
    night was killed in between. A model in service is left alone, and only the newest window is
    judged: the rolling ones wait for the week's training.
    """
    config = load_models_config(settings.config_dir)
    if all(registry.champion_version(settings, name) for name in registry.NAMES):
        return TrainResult(())
    missing = [t for t in config.tasks() if registry.champion_version(settings, t.name) is None]
    return _train_models(settings, config, as_of, missing, every_window=False)


def _train_models(
    settings: Settings,
    config: ModelsConfig,
    as_of: date,
    tasks: Sequence[Task],
    every_window: bool,
) -> TrainResult:
    frames: dict[Task, pd.DataFrame] = {}
    with connect(settings, read_only=True) as con:
        history = read_frame(con, "person_features_history")
        for task in tasks:
            labels = read_labels(con, task.question, task.days)
            frames[task] = history.merge(labels, on=["person_id", "as_of_on"], validate="1:1")
    with one_thread():
        return TrainResult(
            tuple(_train(settings, config, t, f, as_of, every_window) for t, f in frames.items())
        )


def _train(
    settings: Settings,
    config: ModelsConfig,
    task: Task,
    frame: pd.DataFrame,
    as_of: date,
    every_window: bool,
) -> TrainedModel:
    newest = held_out(frame, as_of, task.days) if len(frame) else None
    if newest is None or not _usable(newest):
        return _untrained(settings, task)
    splits = rolling(frame, as_of, task.days) if every_window else [newest]
    version = f"{as_of.isoformat()}-{_content_hash(config, task, newest)}"
    current = registry.champion_version(settings, task.name)
    if not every_window and current == version:
        return _trained(settings, task, version)
    seed = seed_of(config.seed)
    windows = [judge_window(task, split, seed) for split in splits if _usable(split)]
    tested = summarise(task, windows) if every_window else None
    if current == version:
        return replace(_trained(settings, task, version), backtest=tested)
    model, figures = contest(settings, config, task, windows, as_of, current)
    if model is None:
        kept = _trained(settings, task, str(current))
        return replace(kept, decision=figures["decision"], backtest=tested)
    metrics = {
        "name": task.name,
        "question": task.question,
        "method": registry.METHOD,
        "version": version,
        "as_of": as_of.isoformat(),
        "horizon_days": task.days,
        "fit_rows": len(newest.fit),
        "fit_cutoffs": [day.isoformat() for day in newest.fit_cutoffs],
        "judge_rows": len(newest.judge),
        "judge_cutoff": newest.judge_cutoff.isoformat(),
        "max_age_days": config.max_age_days,
        "psi_limit": config.psi_limit,
        **figures,
    }
    served = Served(model, fit_references(model, newest.judge))
    registry.save(settings, metrics, served, write_card(metrics))
    registry.promote(settings, task.name, version, as_of.isoformat(), figures["decision"])
    return replace(_trained(settings, task, version), backtest=tested)


def _usable(split: Split) -> bool:
    """Enough people on both sides, and not everybody of a side doing the same."""
    return (
        min(len(split.fit), len(split.judge)) >= MIN_ROWS
        and min(split.fit["label"].nunique(), split.judge["label"].nunique()) >= 2
    )


def _trained(settings: Settings, task: Task, version: str) -> TrainedModel:
    kept = registry.read_metrics(settings, task.name, version)
    return TrainedModel(task.name, version, kept["decision"], write_card(kept), kept["headline"])


def _untrained(settings: Settings, task: Task) -> TrainedModel:
    why = (
        f"too little history to hold out a window of {task.days} days and learn from one before it"
    )
    current = registry.champion_version(settings, task.name)
    if current is not None:
        kept = _trained(settings, task, current)
        return replace(kept, decision=f"kept the present one: {why}")
    card = f"# {task.name}\n\nNo model: {why}.\n"
    return TrainedModel(task.name, "none", f"no model: {why}", card, {})


def seed_of(text: str) -> int:
    """The seed of every fit, from the words of config/models.yml."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def _content_hash(config: ModelsConfig, task: Task, split: Split) -> str:
    digest = hashlib.sha256(f"{registry.METHOD} {config.model_dump_json()} {task}".encode())
    for rows in (split.fit, split.judge):
        digest.update("\n".join(rows["person_id"] + rows["as_of_on"].astype(str)).encode())
        digest.update(rows[[*FEATURES, "label"]].to_numpy().round(6).tobytes())
    return digest.hexdigest()[:12]
