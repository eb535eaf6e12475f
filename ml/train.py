"""Weekly training: fit, judge on the held-out window beside every plain rule, keep the winner."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ml import registry
from ml.card import write_card
from ml.config import ModelsConfig, load_models_config
from ml.contest import contest
from ml.drift import Reference, fit_reference
from ml.features import FEATURES, read_frame
from ml.labels import read_labels
from ml.split import Split, held_out
from siyu.settings import Settings
from siyu.warehouse import connect

if TYPE_CHECKING:
    import pandas as pd

MIN_ROWS = 100
METHOD = 2  # raise it when fitting changes, so that versions change with it


@dataclass(frozen=True)
class TrainedModel:
    """What one training ended with; version is 'none' when there was too little history."""

    name: str
    version: str
    decision: str
    card: str
    headline: dict[str, float]


@dataclass(frozen=True)
class TrainResult:
    """The models trained, churn first."""

    models: tuple[TrainedModel, ...]


@dataclass(frozen=True)
class Served:
    """What is stored: the model, and how it spread out the people it was judged on."""

    model: Any
    reference: Reference


def train_all(settings: Settings, as_of: date) -> TrainResult:
    """Trains both models on what was known by as_of, and puts the winners into service."""
    return _train_models(settings, as_of, registry.NAMES)


def train_missing(settings: Settings, as_of: date) -> TrainResult:
    """Trains what has no champion yet: both on the first night, one where that night was killed
    between the two. A model in service is left alone.
    """
    missing = [n for n in registry.NAMES if registry.champion_version(settings, n) is None]
    return _train_models(settings, as_of, missing)


def _train_models(settings: Settings, as_of: date, names: Sequence[str]) -> TrainResult:
    from threadpoolctl import threadpool_limits

    config = load_models_config(settings.config_dir)
    frames: dict[str, pd.DataFrame] = {}
    if not names:
        return TrainResult(())
    with connect(settings, read_only=True) as con:
        history = read_frame(con, "person_features_history")
        for name in names:
            labels = read_labels(con, name, config.horizon_of(name))
            frames[name] = history.merge(labels, on=["person_id", "as_of_on"], validate="1:1")
    with threadpool_limits(1):  # small fits: one thread is faster, and sums keep their order
        return TrainResult(tuple(_train(settings, config, n, f, as_of) for n, f in frames.items()))


def _train(
    settings: Settings, config: ModelsConfig, name: str, frame: pd.DataFrame, as_of: date
) -> TrainedModel:
    split = held_out(frame, as_of, config.horizon_of(name)) if len(frame) else None
    if split is None or min(len(split.fit), len(split.judge)) < MIN_ROWS:
        return _untrained(settings, name, "too little history for a held-out window")
    if min(split.fit["label"].nunique(), split.judge["label"].nunique()) < 2:
        return _untrained(settings, name, "everybody in a window did the same")
    version = f"{as_of.isoformat()}-{_content_hash(config, name, split)}"
    current = registry.champion_version(settings, name)
    if current == version:
        return _trained(settings, name, version)
    model, figures = contest(settings, config, name, split, as_of, current)
    if model is None:
        return replace(_trained(settings, name, str(current)), decision=figures["decision"])
    metrics = {
        "name": name,
        "version": version,
        "as_of": as_of.isoformat(),
        "horizon_days": config.horizon_of(name),
        "fit_rows": len(split.fit),
        "fit_cutoffs": [day.isoformat() for day in split.fit_cutoffs],
        "judge_rows": len(split.judge),
        "judge_cutoff": split.judge_cutoff.isoformat(),
        **figures,
    }
    served = Served(model, fit_reference(model.rank(split.judge)))
    registry.save(settings, metrics, served, write_card(metrics))
    registry.promote(settings, name, version)
    return _trained(settings, name, version)


def _trained(settings: Settings, name: str, version: str) -> TrainedModel:
    kept = registry.read_metrics(settings, name, version)
    return TrainedModel(name, version, kept["decision"], write_card(kept), kept["headline"])


def _untrained(settings: Settings, name: str, why: str) -> TrainedModel:
    current = registry.champion_version(settings, name)
    if current is not None:
        return replace(_trained(settings, name, current), decision=f"kept the present one: {why}")
    return TrainedModel(name, "none", f"no model: {why}", f"# {name}\n\nNo model: {why}.\n", {})


def _content_hash(config: ModelsConfig, name: str, split: Split) -> str:
    digest = hashlib.sha256(f"{METHOD} {config.model_dump_json()}".encode())
    for rows in (split.fit, split.judge):
        digest.update(name.encode())
        digest.update("\n".join(rows["person_id"] + rows["as_of_on"].astype(str)).encode())
        digest.update(rows[[*FEATURES, "label"]].to_numpy().round(6).tobytes())
    return digest.hexdigest()[:12]
